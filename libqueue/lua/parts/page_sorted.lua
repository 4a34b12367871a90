-- SPDX-License-Identifier: MIT
-- use: keys, page
-- list: members of a sorted set, ascending (scheduled) or newest first (ended jobs).
-- Cursor: score, rank and id of the last row; the id may be gone when it comes back.

local function rank_after(key, after, is_reverse)
  if after == '' then return 0 end
  local score, rank, id = string.match(after, '^(%d+),(%d+),([%w_.-]+)$')
  if not score then
    rank, id = string.match(after, '^inf,(%d+),([%w_.-]+)$')
    if not rank then return nil end
    score = 'inf'
  end
  local now_at = call(is_reverse and 'ZREVRANK' or 'ZRANK', key, id)
  if now_at and call('ZSCORE', key, id) == score then return now_at + 1 end
  -- Gone: where it was, as far as its score's neighbours say.
  local lowest = is_reverse and call('ZCOUNT', key, '(' .. score, '+inf') or call('ZCOUNT', key, '-inf', '(' .. score)
  local highest = is_reverse and call('ZCOUNT', key, score, '+inf') or call('ZCOUNT', key, '-inf', score)
  return math.max(lowest, math.min(tonumber(rank), highest))
end

-- now: those that have expired by then are left out. Returns as page_queued does.
local function page_sorted(page, name, after, prefix, now)
  local key, is_reverse = page.B .. ':' .. name, now ~= nil
  local rank = rank_after(key, after, is_reverse)
  if not rank then return nil end
  local found = call(is_reverse and 'ZREVRANGE' or 'ZRANGE', key, rank, rank + page.looks - 1, 'WITHSCORES')
  local cursor, n = after, 0
  for i = 1, #found, 2 do
    if page.left == 0 then return prefix .. cursor end
    local id, score = found[i], found[i + 1]
    if now and tonumber(score) <= now then return '' end
    cursor = score .. ',' .. text(rank + n) .. ',' .. id
    add_row(page, id, score == 'inf' and '-1' or score, prefix .. cursor)
    n = n + 1
  end
  return n < page.looks and '' or prefix .. cursor
end
