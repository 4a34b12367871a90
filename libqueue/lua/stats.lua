-- SPDX-License-Identifier: MIT
-- stats: the numbers of a queue. Only reads.
-- KEYS: 1 base
-- ARGV: 0
-- Returns: paused queued scheduled deferred started finished failed canceled stopped
-- enqueued_total finished_total failed_total head now
-- Invariant: nothing is written; the work is bounded.
-- use: keys, clock, record, meta, pop, state
local LOOKS_MAX = 500
local WHOLE_MAX = 16384
local PART = 4096
local B = KEYS[1]
local now = now_ms()

-- The record of the first waiting job, or its end if it is a large one.
local function head_of()
  local ids, ghosts = peek(B, 0, LOOKS_MAX)
  for _, id in ipairs(ids) do
    local n = ghosts and ghosts[id] or 0
    local kind = last_byte(B, id)
    if n > 0 then
      ghosts[id] = n - 1
    elseif kind and not ENDED[kind] then
      local key = job_key(B, id)
      return call('GETRANGE', key, call('STRLEN', key) <= WHOLE_MAX and 0 or -PART, -1)
    end
  end
  return ''
end

local started = 0
for _, worker in ipairs(call('ZRANGE', B .. ':leases', 0, -1)) do
  started = started + call('ZCARD', held_key(B, worker))
end
local function n_ended(name)
  return call('ZCOUNT', B .. ':' .. name, '(' .. text(now), '+inf')
end
local totals = call('HMGET', B .. ':stats', 'enqueued', 'finished', 'failed')
return {
  meta_of(B, now).paused or -1,
  waiting(B), call('ZCARD', B .. ':scheduled'), call('ZCARD', B .. ':deferred'), started,
  call('LLEN', B .. ':finished') + n_ended('kept'), n_ended('failed'), n_ended('canceled'), n_ended('stopped'),
  tonumber(totals[1] or 0), tonumber(totals[2] or 0), tonumber(totals[3] or 0),
  head_of(), now,
}
