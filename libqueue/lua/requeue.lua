-- SPDX-License-Identifier: MIT
-- requeue: an ended job waits again, with its attempts given back. Filling.
-- KEYS: 1 base
-- ARGV: 2 id front(0/1)
-- Returns: 1, 0 no such job (or a tombstone), the state of a live one, or `locked`.
-- Invariant: a live record has a place and no expiry. The place first; taken back if the record is
-- refused.
-- use: keys, clock, record, meta, push, pop, wake, lock, registry, state
local B = KEYS[1]
local id, is_front = ARGV[1], ARGV[2] == '1'
local now = now_ms()
local meta, state = meta_of(B, now), state_of(B, id)
local key = job_key(B, id)
if not state or call('GETRANGE', key, 0, 0) == '\207' then return 0 end
if not KIND[state] then return state end
local unique = unique_key_of(B, id)
local holder = unique and lock_holder(B, unique)
if holder and holder ~= id then return 'locked' end
waiting(B)

if is_front then push_front(B, { id }) else push_back(B, { id }) end
local added = redis.pcall('APPEND', key, entry(now, nil, NIL, 0, 0, 0, KIND.requeued))
if type(added) == 'table' then
  take_back(B, is_front, 1)
  return added
end
call('PERSIST', key)
unindex(B, state, id)
if unique then call('HSET', B .. ':lock:' .. unique, 'id', id) end
if not meta.paused then wake(B) end
return 1
