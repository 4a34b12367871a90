-- SPDX-License-Identifier: MIT
-- use: keys
-- The only part that takes ids out of the waiting list. A job that left the queue from
-- the middle leaves its entry as a ghost: counted by id, their sum in meta. Of an id's
-- entries the first ones are the ghosts, whichever they are.

-- The first write of a draining script: does nothing and is never refused, not even by
-- a full server, and what follows a first write is not refused either.
local function open_drain(B)
  call('PERSIST', B .. ':wait')
end

-- How many jobs wait. Reads each type that a pop will touch.
local function waiting(B)
  local ghosts = tonumber(call('HGET', B .. ':meta', 'ghosts') or 0)
  if ghosts > 0 then call('HLEN', B .. ':ghosts') end
  return math.max(call('LLEN', B .. ':wait') - ghosts, 0)
end

local function add_ghost(B, id)
  call('HINCRBY', B .. ':ghosts', id, 1)
  call('HINCRBY', B .. ':meta', 'ghosts', 1)
end

-- ids without their ghosts, and how many of those there were by id.
local function without_ghosts(B, ids)
  local counts = call('HMGET', B .. ':ghosts', unpack(ids))
  local out, dropped = {}, {}
  for i, id in ipairs(ids) do
    local n = dropped[id] or 0
    if n < (tonumber(counts[i]) or 0) then
      dropped[id] = n + 1
    else
      out[#out + 1] = id
    end
  end
  return out, dropped
end

local function forget_ghosts(B, dropped)
  local sum = 0
  for id, n in pairs(dropped) do
    sum = sum + n
    if call('HINCRBY', B .. ':ghosts', id, -n) <= 0 then call('HDEL', B .. ':ghosts', id) end
  end
  if sum > 0 and call('HINCRBY', B .. ':meta', 'ghosts', -sum) == 0 then
    call('HDEL', B .. ':meta', 'ghosts')
  end
end

-- Takes n entries: those that are no ghosts, and how many it took.
local function pop(B, n)
  local ids = call('LPOP', B .. ':wait', n) or {}
  local taken = #ids
  if call('HEXISTS', B .. ':meta', 'ghosts') == 0 then return ids, taken end
  if taken > 0 then
    local jobs, dropped = without_ghosts(B, ids)
    forget_ghosts(B, dropped)
    ids = jobs
  end
  if call('EXISTS', B .. ':wait') == 0 then
    -- No entries, no ghosts: a count that went wrong heals here.
    call('DEL', B .. ':ghosts')
    call('HDEL', B .. ':meta', 'ghosts')
  end
  return ids, taken
end

-- n entries from index on, as they are, and how many of each are ghosts (nil: of none).
local function peek(B, index, n)
  local ids = call('LRANGE', B .. ':wait', index, index + n - 1)
  if #ids == 0 or call('HEXISTS', B .. ':meta', 'ghosts') == 0 then return ids end
  local counts = {}
  for i, ghosts in ipairs(call('HMGET', B .. ':ghosts', unpack(ids))) do
    counts[ids[i]] = tonumber(ghosts)
  end
  return ids, counts
end
