-- SPDX-License-Identifier: MIT
-- What a script says to arguments it refuses, before anything is written.
local function bad(what)
  return redis.error_reply('LQBAD ' .. what)
end

-- A whole number from lowest to highest, or nil.
local function whole(arg, lowest, highest)
  local n = tonumber(arg)
  if n and n % 1 == 0 and n >= lowest and n <= highest then return n end
end
