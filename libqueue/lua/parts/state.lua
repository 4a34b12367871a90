-- SPDX-License-Identifier: MIT
-- use: keys, record, pop
-- Where a job is. The record says what ended; for the rest the structure that holds
-- the id does.

-- Of a live job: state, score there, worker.
local function place_of(B, id)
  for _, state in ipairs({ 'scheduled', 'deferred' }) do
    local due = call('ZSCORE', B .. ':' .. state, id)
    if due then return state, due end
  end
  for _, worker in ipairs(call('ZRANGE', B .. ':leases', 0, -1)) do
    local token = call('ZSCORE', held_key(B, worker), id)
    if token then return 'started', token, worker end
  end
  return 'queued'
end

-- nil: no record.
local function state_of(B, id)
  local kind = last_byte(B, id)
  if not kind then return nil end
  if ENDED[kind] then return ENDED[kind] end
  return place_of(B, id)
end

-- Takes a job that nobody runs out of its place.
local function leave_place(B, id, state)
  if state == 'queued' then
    add_ghost(B, id)
  else
    call('ZREM', B .. ':' .. state, id)
  end
end
