-- SPDX-License-Identifier: MIT
-- trim: cuts the indexes of ended jobs: what has expired, then what is above the cap. Draining.
-- KEYS: 1 base
-- ARGV: 1 limit
-- Returns: {trimmed}
-- Invariant: a record goes only if it ended in the state of the index that lists it.
-- use: arguments, clock, pop, trimming
local B = KEYS[1]
local limit = whole(ARGV[1], 1, 200)
if not limit then return bad('trim: limit is 1 to 200') end
local now = now_ms()

open_drain(B)
return { trim(B, now, limit) }
