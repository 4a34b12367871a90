-- SPDX-License-Identifier: MIT
-- stop: asks the worker that runs a job to stop it. Draining.
-- KEYS: 1 base
-- ARGV: 1 id
-- Returns: 1, 0 no such job, or the state that forbids it.
-- Invariant: stops names held jobs only: settle and reap take the id out.
-- use: keys, clock, record, meta, pop, state
local B = KEYS[1]
local id = ARGV[1]
local now = now_ms()
local state, token, worker = state_of(B, id)
if not state then return 0 end
if state ~= 'started' then return state end
local ctl = B .. ':ctl:' .. worker
call('LLEN', ctl)

open_drain(B)
call('SADD', B .. ':stops', id)
keep_size(B, 'stops')
call('RPUSH', ctl, 'stop ' .. id .. ' ' .. text(token))
call('PEXPIREAT', ctl, now + HOUR_MS)
return 1
