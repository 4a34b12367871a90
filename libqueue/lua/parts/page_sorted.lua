-- SPDX-License-Identifier: MIT
-- use: keys, page
-- list: members of a sorted set, ascending (scheduled) or newest first (ended jobs).
-- Cursor: score and id of the last row. It says a place even when that row is gone, and
-- with it all others of its score: members of one score stand in the order of their bytes.

-- Lua's own < goes by the server's locale.
local function is_before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- How many members stand up to that place, itself included.
local function rank_after(key, after, is_reverse)
  if after == '' then return 0 end
  local score, id = string.match(after, '^(%d+),([%w_.-]+)$')
  if not score then
    score, id = 'inf', string.match(after, '^inf,([%w_.-]+)$')
    if not id then return nil end
  end
  local range = is_reverse and 'ZREVRANGE' or 'ZRANGE'
  local low = is_reverse and call('ZCOUNT', key, '(' .. score, '+inf') or call('ZCOUNT', key, '-inf', '(' .. score)
  local high = low + call('ZCOUNT', key, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local other = call(range, key, middle, middle)[1]
    if other == id or is_before(other, id) ~= is_reverse then low = middle + 1 else high = middle end
  end
  return low
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
    cursor = score .. ',' .. id
    add_row(page, id, score == 'inf' and '-1' or score, prefix .. cursor)
    n = n + 1
  end
  return n < page.looks and '' or prefix .. cursor
end
