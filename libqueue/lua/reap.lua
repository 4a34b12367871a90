-- SPDX-License-Identifier: MIT
-- reap: gives back what the first worker holds whose lease has run out. Draining, bounded.
-- KEYS: 1 base
-- ARGV: 3 limit max_lost failure_ttl_ms
-- Returns: {returned, ended, more(0/1)}
-- Invariant: a job leaves held for one place. Highest token first: with LPUSH the old order stands
-- over several calls. Its entry carries token 0, so that the lost worker's late settle is not
-- taken for done.
-- use: keys, arguments, clock, record, meta, push, pop, wake, counts, registry, finish
local B = KEYS[1]
local limit, max_lost, failure_ttl = whole(ARGV[1], 1, 1000), whole(ARGV[2], 1, 65535), whole(ARGV[3], -1, 2 ^ 53)
if not (limit and max_lost and failure_ttl) then return bad('reap: limit max_lost failure_ttl_ms') end
local now = now_ms()
local worker = call('ZRANGE', B .. ':leases', '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
if not worker then return { 0, 0, 0 } end

local held, meta = held_key(B, worker), meta_of(B, now)
local found = call('ZREVRANGE', held, 0, limit - 1, 'WITHSCORES')
waiting(B)
local ids, back, failed, stopped, entries = {}, {}, {}, {}, {}
for i = 1, #found, 2 do
  local id, token = found[i], tonumber(found[i + 1])
  local tail = tail_of(B, id)
  local snoozes, losses, attempts = counters(tail)
  local kind, info, to = KIND.lost, u64(token), back
  losses = math.min(losses + 1, 65535)
  if losses >= max_lost then kind, info, to = KIND.failed, cmsgpack.pack('worker lost'), failed end
  if meta.stops > 0 and call('SISMEMBER', B .. ':stops', id) == 1 then
    kind, info, to = KIND.stopped, cmsgpack.pack('worker lost'), stopped
  end
  ids[#ids + 1] = id
  -- Without a record, or ended by somebody's hand: only out of held.
  if tail ~= '' and not ENDED[string.byte(tail, -1)] then
    to[#to + 1] = id
    entries[id] = entry(now, worker, info, snoozes, losses, attempts, kind)
  end
end

open_drain(B)
index(B, 'failed', now, failure_ttl, failed)
index(B, 'stopped', now, DAY_MS, stopped)
if #ids > 0 then call('ZREM', held, unpack(ids)) end
if #back > 0 then push_front(B, back) end
for _, id in ipairs(back) do call('APPEND', job_key(B, id), entries[id]) end
for _, id in ipairs(failed) do finish(B, meta, now, id, failure_ttl, entries[id]) end
for _, id in ipairs(stopped) do finish(B, meta, now, id, DAY_MS, entries[id]) end
if meta.stops > 0 and #ids > 0 and call('SREM', B .. ':stops', unpack(ids)) > 0 then keep_size(B, 'stops') end
if call('EXISTS', held) == 0 then
  call('ZREM', B .. ':leases', worker)
  call('DEL', B .. ':ctl:' .. worker)
end
if #back > 0 and not meta.paused then wake(B) end
count(B, 'lost', #back + #failed + #stopped)
count(B, 'failed', #failed)
count(B, 'stopped', #stopped)
return { #back, #failed + #stopped, math.min(call('ZCOUNT', B .. ':leases', '-inf', now), 1) }
