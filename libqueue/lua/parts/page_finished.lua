-- SPDX-License-Identifier: MIT
-- use: pop, page, page_sorted
-- list: finished jobs: those of the plain list newest first, then those kept for longer.
-- Cursor: l and the index from the list's end, or k and a cursor of the kept ones.

local function page_finished(page, after, now)
  local which, rest = string.match(after == '' and 'l0' or after, '^([lk])(.*)$')
  if which == 'k' then return page_sorted(page, 'kept', rest, 'k', now) end
  local index = tonumber(rest)
  if not index then return nil end
  local ids = call('LRANGE', page.B .. ':finished', -index - page.looks, -index - 1)
  for i = #ids, 1, -1 do
    if page.left == 0 then return 'l' .. text(index) end
    index = index + 1
    add_row(page, ids[i], '0', 'l' .. text(index))
  end
  if #ids == page.looks then return 'l' .. text(index) end
  page.looks = page.looks - #ids
  if page.left == 0 then return 'k' end
  return page_sorted(page, 'kept', '', 'k', now)
end
