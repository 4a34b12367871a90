-- SPDX-License-Identifier: MIT
-- enqueue: makes jobs, at once or for later. Filling.
-- KEYS: 1 base
-- ARGV: 3+ front(0/1) when unique(0/1), then per job: id record [key key_ttl_ms]
-- Returns: n if all were made, else per job 1 made, 0 there already, or the id that holds the lock.
-- Invariant: a record without a place never appears. The place is written first; if the records
-- are refused it is taken back, else the next try would make a second entry, which runs twice.
-- use: keys, arguments, clock, record, meta, push, pop, wake, lock, counts
local B = KEYS[1]
local args, is_front, when, is_unique = ARGV, ARGV[1] == '1', ARGV[2], ARGV[3] == '1'
local now = now_ms()
local step = is_unique and 4 or 2
local n = (#args - 3) / step
if not whole(n, 1, 1000) then return bad('enqueue: front when unique, then 1 to 1000 jobs') end
if not string.match(when or '', '^%+?%d+$') then return bad('enqueue: when is 0, +ms or Unix ms') end
local due = string.sub(when, 1, 1) == '+' and now + tonumber(when) or tonumber(when)
if due > 2 ^ 53 then return bad('enqueue: when is too far') end
local is_now = due <= now

local keys = {}
for i = 1, n do
  if string.byte(args[step * i + 5 - step], -1) ~= 0 then return bad('enqueue: record ' .. i .. ' is no envelope') end
  keys[i] = job_key(B, args[step * i + 4 - step])
end
local meta = meta_of(B, now)
waiting(B)
local first = not is_now and tonumber(call('ZRANGE', B .. ':scheduled', 0, 0, 'WITHSCORES')[2])
local is_fast = not is_unique and call('EXISTS', unpack(keys)) == 0

local codes, ids, records, locks, seen, holders = {}, {}, {}, {}, {}, {}
for i = 1, n do
  local at = step * i + 4 - step
  local id, record, lock, ttl = args[at], args[at + 1], is_unique and args[at + 2] or '', args[at + 3]
  local holder = lock ~= '' and (holders[lock] or lock_holder(B, lock))
  if seen[id] or not is_fast and call('EXISTS', keys[i]) == 1 then
    codes[i] = 0
  elseif holder and holder ~= id then
    codes[i] = holder
  else
    codes[i], seen[id], ids[#ids + 1] = 1, true, id
    records[#records + 1], records[#records + 2] = keys[i], record
    if lock ~= '' then
      holders[lock] = id
      locks[#locks + 1] = { key = B .. ':lock:' .. lock, id = id, ttl = tonumber(ttl) or 0 }
    end
  end
end
if #ids == 0 then return codes end

if not is_now then
  local members = {}
  for _, id in ipairs(ids) do
    members[#members + 1], members[#members + 2] = text(due), id
  end
  call('ZADD', B .. ':scheduled', unpack(members))
elseif is_front then
  push_front(B, reversed(ids))
else
  push_back(B, ids)
end
local made = redis.pcall('MSET', unpack(records))
if made.err then
  if is_now then take_back(B, is_front, #ids) else call('ZREM', B .. ':scheduled', unpack(ids)) end
  return made
end
-- Sleepers reckon with the earliest due time they know.
if not meta.paused and (is_now or not first or due < first) then wake(B) end
for _, lock in ipairs(locks) do
  call('HSET', lock.key, 'id', lock.id)
  if lock.ttl > 0 then call('PEXPIREAT', lock.key, now + lock.ttl) end
end
count(B, 'enqueued', #ids)
return #ids == n and n or codes
