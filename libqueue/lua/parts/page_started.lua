-- SPDX-License-Identifier: MIT
-- use: keys, page
-- list: what the workers hold, by worker and token. Cursor: worker and token of the last
-- row; tokens are never given twice, so it stands whatever happened since.

local function page_started(page, after)
  local last, token = string.match(after, '^([^,]+),(%d+)$')
  if after ~= '' and not last then return nil end
  local workers = call('ZRANGE', page.B .. ':leases', 0, -1)
  table.sort(workers)
  local cursor = after
  for _, worker in ipairs(workers) do
    if not last or worker >= last then
      local from = worker == last and '(' .. token or '-inf'
      local held = call('ZRANGE', held_key(page.B, worker), from, '+inf', 'BYSCORE', 'LIMIT', 0, page.looks, 'WITHSCORES')
      for i = 1, #held, 2 do
        if page.left == 0 or page.looks == 0 then return cursor end
        page.looks = page.looks - 1
        cursor = worker .. ',' .. text(held[i + 1])
        add_row(page, held[i], text(held[i + 1]), cursor, worker)
      end
    end
  end
  return ''
end
