-- SPDX-License-Identifier: MIT
-- use: keys, lock
-- Making jobs (enqueue, and exchange for children): when they are due, which of them are
-- new, their locks.

-- when: 0, +ms or Unix ms; nil: none of these.
local function due_of(when, now)
  if not string.match(when or '', '^%+?%d+$') then return nil end
  local due = string.sub(when, 1, 1) == '+' and now + tonumber(when) or tonumber(when)
  return due <= 2 ^ 53 and due or nil
end

-- free: locks that will be free before these jobs are written, by key and holder.
local function new_jobs(B, free)
  return { B = B, free = free, ids = {}, pairs = {}, locks = {}, seen = {}, holders = {} }
end

local function hold(key, id)
  return key .. ' ' .. id
end

-- Takes a job in: 1. Not if its id is there already: 0; or if another has its key: that one's id.
local function admit(jobs, id, record, key, ttl, is_known_new)
  local name = job_key(jobs.B, id)
  local holder = key ~= '' and (jobs.holders[key] or lock_holder(jobs.B, key))
  if jobs.seen[id] or not is_known_new and call('EXISTS', name) == 1 then return 0 end
  if holder and holder ~= id and not jobs.free[hold(key, holder)] then return holder end
  jobs.seen[id], jobs.ids[#jobs.ids + 1] = true, id
  jobs.pairs[#jobs.pairs + 1], jobs.pairs[#jobs.pairs + 2] = name, record
  if key ~= '' then
    jobs.holders[key] = id
    jobs.locks[#jobs.locks + 1] = { key = jobs.B .. ':lock:' .. key, id = id, ttl = ttl }
  end
  return 1
end

local function take_locks(jobs, now)
  for _, lock in ipairs(jobs.locks) do
    call('HSET', lock.key, 'id', lock.id)
    if lock.ttl > 0 then call('PEXPIREAT', lock.key, now + lock.ttl) end
  end
end
