-- SPDX-License-Identifier: MIT
-- use: keys
-- The only part that puts ids into the waiting list. Each push is of an id that is
-- nowhere else, or whose other entries are counted as ghosts: an uncounted second
-- entry would run the job twice.

local function push_back(B, ids)
  call('RPUSH', B .. ':wait', unpack(ids))
end

-- The last of ids becomes the head.
local function push_front(B, ids)
  call('LPUSH', B .. ':wait', unpack(ids))
end

-- Undoes a push just made, for a script whose record was refused.
local function take_back(B, is_front, n)
  call(is_front and 'LPOP' or 'RPOP', B .. ':wait', n)
end

local function reversed(ids)
  local back = {}
  for i = #ids, 1, -1 do back[#back + 1] = ids[i] end
  return back
end
