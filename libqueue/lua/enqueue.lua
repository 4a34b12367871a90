-- SPDX-License-Identifier: MIT
-- enqueue: makes jobs, at once or for later. Filling.
-- KEYS: 1 base
-- ARGV: 3+ front(0/1) when unique(0/1), then per job: id record [key key_ttl_ms]
-- Returns: n if all were made, else per job 1 made, 0 there already, or the id that holds the lock.
-- Invariant: a record without a place never appears. The place is written first; if the records
-- are refused it is taken back, else the next try would make a second entry, which runs twice.
-- use: keys, arguments, clock, meta, push, pop, wake, making, counts
local B = KEYS[1]
local args, is_front, is_unique = ARGV, ARGV[1] == '1', ARGV[3] == '1'
local now = now_ms()
local step = is_unique and 4 or 2
local n = (#args - 3) / step
if not whole(n, 1, 1000) then return bad('enqueue: front when unique, then 1 to 1000 jobs') end
local due = due_of(args[2], now)
if not due then return bad('enqueue: when is 0, +ms or Unix ms, and not too far') end
local is_now = due <= now

local keys = {}
for i = 1, n do
  local at = step * i + 4 - step
  if string.byte(args[at + 1], -1) ~= 0 then return bad('enqueue: record ' .. i .. ' is no envelope') end
  if is_unique and not whole(args[at + 3], 0, 2 ^ 53) then return bad('enqueue: key_ttl_ms ' .. i) end
  keys[i] = job_key(B, args[at])
end
local meta = meta_of(B, now)
waiting(B)
local first = not is_now and tonumber(call('ZRANGE', B .. ':scheduled', 0, 0, 'WITHSCORES')[2])
local is_fast = not is_unique and call('EXISTS', unpack(keys)) == 0

local codes, jobs = {}, new_jobs(B, {})
for i = 1, n do
  local at = step * i + 4 - step
  local key, ttl = is_unique and args[at + 2] or '', tonumber(args[at + 3])
  codes[i] = admit(jobs, args[at], args[at + 1], key, ttl, is_fast)
end
local ids = jobs.ids
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
local made = redis.pcall('MSET', unpack(jobs.pairs))
if made.err then
  if is_now then take_back(B, is_front, #ids) else call('ZREM', B .. ':scheduled', unpack(ids)) end
  return made
end
-- Sleepers reckon with the earliest due time they know.
if not meta.paused and (is_now or not first or due < first) then wake(B) end
take_locks(jobs, now)
count(B, 'enqueued', #ids)
return #ids == n and n or codes
