-- SPDX-License-Identifier: MIT
-- use: keys, clock, record, meta, push, lock, waiters, counts, registry, fence, store
-- exchange: the settles that count. Indexes, then out of held, then the records, then
-- the next place: each type was read before, so nothing stops in between.

local function settle_one(x, g, i)
  local q, id, bytes, ms, is_end = g.q, g.ids[i], g.records[i], g.ms, g.is_end
  if g.codes[i] == STOPPED_INSTEAD then
    bytes = bytes .. '\152' .. u64(x.now) .. cmsgpack.pack(x.worker) .. NIL ..
      string.sub(bytes, -TAIL, -2) .. string.char(KIND.stopped)
    ms, is_end = DAY_MS, true
  end
  local awaited = is_end and is_awaited(q.B, q.meta, id)
  local before = awaited and g.mode ~= 's' and (record_of(q.B, id) or '') or ''
  local is_stored = store(q.B, id, g.mode, bytes, is_end and ms ~= FOREVER and x.now + ms)
  if is_end then release_lock(q.B, g.keys[i], id) end
  if awaited then tell_waiters(q.B, x.now, id, before .. bytes) end
  return is_stored
end

-- Where a job goes that has not ended; jobs are {id, token}.
local function replace(x, g, jobs)
  if #jobs == 0 or g.is_end then return end
  local q, args = g.q, {}
  if g.kind == 'return' then
    -- Highest token first: the old order stands.
    table.sort(jobs, function(a, b) return tonumber(a[2]) > tonumber(b[2]) end)
    for i, job in ipairs(jobs) do args[i] = job[1] end
    return push_front(q.B, args)
  end
  local due = x.now + g.ms
  for _, job in ipairs(jobs) do
    args[#args + 1] = text(due)
    args[#args + 1] = job[1]
  end
  call('ZADD', q.B .. ':scheduled', unpack(args))
  q.due = math.min(q.due or due, due)
end

local function settle(x, g)
  local q, done, stopped, all, jobs = g.q, {}, {}, {}, {}
  for i, id in ipairs(g.ids) do
    local to = g.codes[i] == DONE and done or g.codes[i] == STOPPED_INSTEAD and stopped
    if to then
      to[#to + 1], all[#all + 1] = id, id
    end
  end
  if #all == 0 then return end
  q.has_settled = true
  if g.is_end then index(q.B, g.kind, x.now, g.mode == 't' and 0 or g.ms, done) end
  index(q.B, 'stopped', x.now, DAY_MS, stopped)
  call('ZREM', q.held, unpack(all))
  if q.meta.stops > 0 and call('SREM', q.B .. ':stops', unpack(all)) > 0 then keep_size(q.B, 'stops') end
  for i, id in ipairs(g.ids) do
    local code = g.codes[i]
    if (code == DONE or code == STOPPED_INSTEAD) and settle_one(x, g, i) and code == DONE then
      jobs[#jobs + 1] = { id, g.tokens[i] }
    end
  end
  replace(x, g, jobs)
  local counted = g.kind == 'retry' and 'retried' or g.is_end and g.kind
  if counted then count(q.B, counted, #done) end
  count(q.B, 'stopped', #stopped)
end
