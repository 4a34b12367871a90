-- SPDX-License-Identifier: MIT
-- purge: removes jobs of a state with their records, a bounded number in a call. Draining.
-- KEYS: 1 base
-- ARGV: 2 state limit
-- Returns: {removed, left}: jobs, and what is in the structure still.
-- Invariant: a record goes only if it agrees with the state; a live one leaves with its place.
-- use: keys, arguments, clock, record, meta, pop, wake, forget
local B = KEYS[1]
local state, limit = ARGV[1], whole(ARGV[2], 1, 500)
local is_waiting, is_live = state == 'queued', state == 'queued' or state == 'scheduled'
if not limit or not is_live and not ENDED[KIND[state]] then return bad('purge: state limit, at most 500') end
local now = now_ms()
local meta = meta_of(B, now)
local lists = state == 'finished' and { 'finished', 'kept' } or { state }
waiting(B)
local removed = 0

local function remove(ids)
  for _, id in ipairs(ids) do
    local kind = last_byte(B, id)
    if kind and ENDED[kind] == (not is_live and state or nil) then
      forget(B, meta, now, id)
      removed = removed + 1
    end
  end
end

open_drain(B)
if is_waiting then
  remove((pop(B, limit)))
  local n_waiting = waiting(B)
  if n_waiting == 0 then let_sleep(B) end
  return { removed, n_waiting }
end
local left = 0
for _, name in ipairs(lists) do
  local key = B .. ':' .. name
  local is_list = name == 'finished'
  local ids = limit > 0 and (is_list and call('LPOP', key, limit) or not is_list and call('ZRANGE', key, 0, limit - 1)) or {}
  if not is_list and #ids > 0 then call('ZREM', key, unpack(ids)) end
  remove(ids)
  limit = limit - #ids
  left = left + call(is_list and 'LLEN' or 'ZCARD', key)
end
return { removed, left }
