-- SPDX-License-Identifier: MIT
-- use: keys, record
-- exchange: writes one settled record. mode s: bytes are the whole, a: they are added,
-- t: their last 21 are all that stays.

-- false: the record had vanished, an entry alone is no job.
local function store(B, id, mode, bytes, expires)
  local key = job_key(B, id)
  if mode == 'a' then
    -- pcall: another type under one record must not stop the other settles.
    if redis.pcall('APPEND', key, bytes) == #bytes then
      call('DEL', key)
      return false
    end
    if expires then call('PEXPIREAT', key, expires) end
    return true
  end
  if mode == 't' then bytes = string.sub(bytes, -TAIL) end
  if expires then
    call('SET', key, bytes, 'PXAT', expires)
  else
    call('SET', key, bytes)
  end
  return true
end
