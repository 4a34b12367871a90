-- SPDX-License-Identifier: MIT
-- use: keys, record, pop, counts
-- exchange: hands out jobs: first again what a lost reply had handed out, then new ones.
local POP_MAX = 16
local BYTES_MAX = 1048576

local function give(x, q, id, token, record)
  local jobs = q.jobs
  jobs[#jobs + 1], jobs[#jobs + 2], jobs[#jobs + 3] = id, text(token), record
  x.bytes = x.bytes + #record
  x.want = x.want - 1
end

-- What is held with a token above the highest that the worker has received. True: all of
-- it was given; else new ones would have it passed over for ever.
local function redeliver(x, q)
  if q.n_held == 0 then return true end
  local held = call('ZRANGE', q.held, '(' .. q.received, '+inf', 'BYSCORE', 'LIMIT', 0, x.want + 1, 'WITHSCORES')
  for i = 1, #held, 2 do
    if x.want == 0 or x.bytes >= BYTES_MAX then return false end
    local record = record_of(q.B, held[i])
    if record then
      give(x, q, held[i], held[i + 1], record)
    else
      -- Evicted: nobody can run it.
      call('ZREM', q.held, held[i])
    end
  end
  return true
end

-- An entry without a record, of an ended job, or of one that this worker runs, is no job.
local function choose(x, q, ids, chosen)
  local records = {}
  for i, id in ipairs(ids) do records[i] = job_key(q.B, id) end
  records = call('MGET', unpack(records))
  local scores = q.n_held > 0 and call('ZMSCORE', q.held, unpack(ids)) or {}
  for i, id in ipairs(ids) do
    local record = records[i]
    if record and not ENDED[string.byte(record, -1)] then
      if scores[i] or chosen[id] then
        count(q.B, 'twice', 1)
      else
        chosen[id] = true
        q.token = q.token + 1
        q.members[#q.members + 1], q.members[#q.members + 2] = text(q.token), id
        give(x, q, id, q.token, record)
      end
    end
  end
end

local function claim(x, q)
  q.token, q.members = math.max(x.now * 1024 - 1, q.meta.token), {}
  local chosen = {}
  while x.want > 0 and x.looks > 0 and x.bytes < BYTES_MAX do
    local ids, taken = pop(q.B, math.min(x.want, x.looks, POP_MAX))
    if taken == 0 then break end
    x.looks = x.looks - taken
    if #ids > 0 then choose(x, q, ids, chosen) end
  end
  if #q.members == 0 then return end
  call('ZADD', q.held, unpack(q.members))
  call('HSET', q.B .. ':meta', 'tok', text(q.token))
  count(q.B, 'started', #q.members / 2)
end

local function hand_out(x, q)
  if x.want > 0 and redeliver(x, q) and x.want > 0 and not q.meta.paused then claim(x, q) end
end
