-- SPDX-License-Identifier: MIT
-- use: keys
-- Uniqueness: the hash B:lock:<key> names the job that holds the key.

-- The key in an envelope's head, or nil.
local function unique_key_of(B, id)
  local head = redis.pcall('GETRANGE', job_key(B, id), 0, 300)
  if type(head) ~= 'string' then return nil end
  local first = string.byte(head, 3)
  if string.sub(head, 1, 2) ~= '\151\1' or not first then return nil end
  if first >= 0xa0 and first <= 0xbf then return string.sub(head, 4, 3 + first - 0xa0) end
  if first == 0xd9 then return string.sub(head, 5, 4 + string.byte(head, 4)) end
end

-- The holder's id, or false.
local function lock_holder(B, key)
  return call('HGET', B .. ':lock:' .. key, 'id')
end

-- pcall: it runs between writes, and a lock of another type is not this job's.
local function release_lock(B, key, id)
  if key and redis.pcall('HGET', B .. ':lock:' .. key, 'id') == id then
    call('DEL', B .. ':lock:' .. key)
  end
end
