-- SPDX-License-Identifier: MIT
-- use: keys, meta, pop
-- exchange: the state of each served queue, and the worker's lease in it.

-- Reads whatever the call may write to: a key of another type ends it here.
local function read_queue(x, q)
  q.held = held_key(q.B, x.worker)
  q.meta = meta_of(q.B, x.now)
  q.n_held = call('ZCARD', q.held)
  q.due = tonumber(call('ZRANGE', q.B .. ':scheduled', 0, 0, 'WITHSCORES')[2])
  waiting(q.B)
end

local function renew(x, q)
  call('ZADD', q.B .. ':leases', x.now + x.lease, x.worker)
  if q.meta.has_lapsed then call('HDEL', q.B .. ':meta', 'paused') end
end

-- A worker is in leases exactly if it holds something here.
local function end_lease(x, q)
  q.n_held = call('ZCARD', q.held)
  if q.n_held == 0 then call('ZREM', q.B .. ':leases', x.worker) end
end

-- ms to the next thing to do in this queue, nil: nothing. Now, if ghosts have used up all looks.
local function next_of(x, q)
  if x.want > 0 and x.looks <= 0 and not q.meta.paused and waiting(q.B) > 0 then return 0 end
  local lease = tonumber(call('ZRANGE', q.B .. ':leases', 0, 0, 'WITHSCORES')[2])
  local first
  for _, at in ipairs({ q.due or false, lease or false, q.meta.paused or false }) do
    if at and at > 0 and (not first or at < first) then first = at end
  end
  return first and math.max(first - x.now, 0)
end
