-- SPDX-License-Identifier: MIT
-- use: keys
-- What a queue knows of itself. A pause whose end has passed is none.
local function meta_of(B, now)
  local m = call('HMGET', B .. ':meta', 'tok', 'paused', 'stops', 'waiters')
  local paused = tonumber(m[2])
  local has_lapsed = paused and paused > 0 and paused <= now
  return {
    token = tonumber(m[1]) or 0,
    paused = not has_lapsed and paused or nil,
    has_lapsed = has_lapsed,
    stops = tonumber(m[3]) or 0,
    waiters = tonumber(m[4]) or 0,
  }
end

-- Keeps the size of a set in meta, so that who has none to look for need not look.
local function keep_size(B, name)
  local n = call('SCARD', B .. ':' .. name)
  if n > 0 then
    call('HSET', B .. ':meta', name, n)
  else
    call('HDEL', B .. ':meta', name)
  end
end
