-- SPDX-License-Identifier: MIT
-- cancel: ends a job that has not started. Draining.
-- KEYS: 1 base
-- ARGV: 2 id ttl_ms
-- Returns: 1, 0 no such job, or the state that forbids it.
-- Invariant: an ended job is in no place; its entry in the waiting list is a ghost.
-- use: keys, arguments, clock, record, meta, pop, counts, registry, state, finish
local B = KEYS[1]
local id, ttl = ARGV[1], whole(ARGV[2], -1, 2 ^ 53)
if not ttl then return bad('cancel: id ttl_ms') end
local now = now_ms()
local meta, state = meta_of(B, now), state_of(B, id)
if not state then return 0 end
if state ~= 'queued' and state ~= 'scheduled' and state ~= 'deferred' then return state end
local snoozes, losses, attempts = counters(tail_of(B, id))
waiting(B)
if state == 'queued' then without_ghosts(B, { id }) end -- reads the type that a ghost goes to

open_drain(B)
index(B, 'canceled', now, ttl, { id })
leave_place(B, id, state)
finish(B, meta, now, id, ttl, entry(now, nil, NIL, snoozes, losses, attempts, KIND.canceled))
count(B, 'canceled', 1)
return 1
