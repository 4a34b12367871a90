-- SPDX-License-Identifier: MIT
-- resume: ends a pause. Draining.
-- KEYS: 1 base
-- ARGV: 0
-- Returns: 1
-- Invariant: a queue that is not paused and has jobs waiting has a wake token.
-- use: keys, pop, wake
local B = KEYS[1]
local n = waiting(B)

open_drain(B)
call('HDEL', B .. ':meta', 'paused')
if n > 0 then wake(B) end
return 1
