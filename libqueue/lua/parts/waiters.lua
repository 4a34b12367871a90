-- SPDX-License-Identifier: MIT
-- use: keys, clock, meta
-- Clients that wait for a job's end. pcall: they look again by themselves after 20 s.
local WAIT_MS = MINUTE_MS

local function is_awaited(B, meta, id)
  return meta.waiters > 0 and redis.pcall('SISMEMBER', B .. ':waiters', id) == 1
end

-- Gives the final record ('': deleted) to each of them and forgets them.
local function tell_waiters(B, now, id, record)
  local waits = B .. ':waits:' .. id
  local nonces = redis.pcall('SMEMBERS', waits)
  for _, nonce in ipairs(nonces) do
    redis.pcall('RPUSH', B .. ':done:' .. nonce, record)
    call('PEXPIREAT', B .. ':done:' .. nonce, now + WAIT_MS)
  end
  call('DEL', waits)
  call('SREM', B .. ':waiters', id)
  keep_size(B, 'waiters')
end
