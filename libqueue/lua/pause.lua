-- SPDX-License-Identifier: MIT
-- pause: no job of the queue is handed out until it is resumed, or for a time. Draining.
-- KEYS: 1 base
-- ARGV: 1 for_ms (0: until resumed)
-- Returns: 1
-- Invariant: a paused queue has no wake token.
-- use: keys, arguments, clock, pop, wake
local B = KEYS[1]
local ms = whole(ARGV[1], 0, 2 ^ 52)
if not ms then return bad('pause: for_ms') end
local now = now_ms()

open_drain(B)
call('HSET', B .. ':meta', 'paused', ms == 0 and '0' or text(now + ms))
let_sleep(B)
return 1
