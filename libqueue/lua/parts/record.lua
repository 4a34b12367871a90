-- SPDX-License-Identifier: MIT
-- use: keys
-- The end of a record: the last byte is the kind, the last 21 hold the counters.
local KIND = {
  retry = 1, snooze = 2, ['return'] = 3, lost = 4, requeued = 5, unknown = 6,
  finished = 8, failed = 9, canceled = 10, stopped = 11,
}
local ENDED = { [8] = 'finished', [9] = 'failed', [10] = 'canceled', [11] = 'stopped' }
local TAIL = 21
local NIL = '\192'

-- '' for no record, and for a key of another type: one such key must stop no batch. Any other
-- error, a missing right above all, is told.
local function tail_of(B, id)
  local tail = redis.pcall('GETRANGE', job_key(B, id), -TAIL, -1)
  if type(tail) == 'string' then return tail end
  if string.find(tail.err, 'WRONGTYPE', 1, true) then return '' end
  return call('GETRANGE', job_key(B, id), -TAIL, -1)
end

-- nil: no record.
local function last_byte(B, id)
  return string.byte(tail_of(B, id), -1)
end

-- MGET, since it says nothing worse than nil about a key of another type.
local function record_of(B, id)
  return call('MGET', job_key(B, id))[1]
end

-- snoozes, losses, attempts; an envelope alone has none of them.
local function counters(tail)
  local kind = string.byte(tail, TAIL)
  if not kind or kind == 0 or kind > 11 or string.byte(tail) ~= 0xcf then return 0, 0, 0 end
  return struct.unpack('>I4xI2xI2', tail, 11)
end

local function u64(n)
  return struct.pack('>BI8', 0xcf, n)
end

-- An entry that no worker settles: worker may be nil, info is packed already.
local function entry(now, worker, info, snoozes, losses, attempts, kind)
  return '\152' .. u64(now) .. (worker and cmsgpack.pack(worker) or NIL) .. info .. u64(0) ..
    struct.pack('>BI4BI2BI2B', 0xce, snoozes, 0xcd, losses, 0xcd, attempts, kind)
end
