-- SPDX-License-Identifier: MIT
-- use: keys
-- The token that wakes one idle worker. pcall: a lost token costs the poll of a few
-- seconds, an error here would cost what the script has yet to write.
local function wake(B)
  if redis.pcall('LLEN', B .. ':wake') == 0 then redis.pcall('RPUSH', B .. ':wake', '1') end
end

local function let_sleep(B)
  call('DEL', B .. ':wake')
end
