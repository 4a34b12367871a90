-- SPDX-License-Identifier: MIT
-- use: keys, clock
-- The indexes of ended jobs. They are never the truth: a member may name a record that
-- is gone or lives again, so they are written before the records.
local FINISHED_MAX = 10000

local function expiry(now, ttl)
  if ttl == FOREVER then return '+inf' end
  return text(now + ttl)
end

-- ttl 0 leaves a tombstone, which nobody lists.
local function index(B, state, now, ttl, ids)
  if ttl == 0 or #ids == 0 then return end
  if state == 'finished' and ttl ~= FOREVER and ttl <= HOUR_MS then
    if call('RPUSH', B .. ':finished', unpack(ids)) > FINISHED_MAX then
      call('LTRIM', B .. ':finished', -FINISHED_MAX, -1)
    end
    return
  end
  local members = {}
  for _, id in ipairs(ids) do
    members[#members + 1] = expiry(now, ttl)
    members[#members + 1] = id
  end
  call('ZADD', B .. ':' .. (state == 'finished' and 'kept' or state), unpack(members))
end

local function unindex(B, state, id)
  if state == 'finished' then
    call('LREM', B .. ':finished', 0, id)
    state = 'kept'
  end
  call('ZREM', B .. ':' .. state, id)
end
