-- SPDX-License-Identifier: MIT
-- Names of keys under a base B, and the shorthands every script needs.
local call = redis.call

-- Lua's own conversion turns 16 digits into 1.8e+15.
local function text(n)
  return string.format('%d', n)
end

local function job_key(B, id)
  return B .. ':job:' .. id
end

local function held_key(B, worker)
  return B .. ':held:' .. worker
end
