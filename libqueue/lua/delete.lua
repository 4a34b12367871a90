-- SPDX-License-Identifier: MIT
-- delete: removes a job that is not running. Draining.
-- KEYS: 1 base
-- ARGV: 1 id
-- Returns: 1, 0 no such job, or `started`.
-- Invariant: no place keeps the id; its entry in the waiting list is a ghost.
-- use: keys, clock, record, meta, pop, registry, state, forget
local B = KEYS[1]
local id = ARGV[1]
local now = now_ms()
local meta, state = meta_of(B, now), state_of(B, id)
if not state then return 0 end
if state == 'started' then return state end
waiting(B)

open_drain(B)
if state == 'queued' or state == 'scheduled' or state == 'deferred' then
  leave_place(B, id, state)
else
  unindex(B, state, id)
end
forget(B, meta, now, id)
return 1
