-- SPDX-License-Identifier: MIT
-- use: keys
-- The only clock: the server's, in Unix ms.
local MINUTE_MS = 60000
local HOUR_MS = 60 * MINUTE_MS
local DAY_MS = 24 * HOUR_MS
-- How long a tombstone keeps an id from being taken for a new job.
local DEDUP_MS = MINUTE_MS
local FOREVER = -1

local function now_ms()
  local t = call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
