-- SPDX-License-Identifier: MIT
-- use: keys, record
-- Keeps the indexes of ended jobs within bounds, a bounded step at a time.
local CAP = 10000
-- Members outlive their records by this, so that no index entry goes before its record.
local LATE_MS = 1000

-- A range by rank, never by score: that one is unbounded.
local function trim_expired(key, now, limit)
  local n = call('ZCOUNT', key, '-inf', '(' .. text(now - LATE_MS))
  n = math.min(n, limit)
  if n > 0 then call('ZREMRANGEBYRANK', key, 0, n - 1) end
  return n
end

-- What would expire first goes first. A stale member may name a job enqueued anew: the
-- record goes only if it ended in this very state.
local function trim_cap(B, state, key, cap, limit)
  local n = math.min(call('ZCARD', key) - cap, limit)
  if n <= 0 then return 0 end
  for _, id in ipairs(call('ZRANGE', key, 0, n - 1)) do
    if last_byte(B, id) == KIND[state] then call('UNLINK', job_key(B, id)) end
    call('ZREM', key, id)
  end
  return n
end

-- Returns how many members went. Results kept on request have no cap.
local function trim(B, now, limit)
  local left = limit
  if call('EXISTS', B .. ':kept', B .. ':failed', B .. ':canceled', B .. ':stopped') == 0 then return 0 end
  for _, name in ipairs({ 'kept', 'failed', 'canceled', 'stopped' }) do
    local key = B .. ':' .. name
    -- pcall: an index of another type must not stop an exchange halfway.
    local size = redis.pcall('ZCARD', key)
    if left > 0 and type(size) == 'number' and size > 0 then
      left = left - trim_expired(key, now, left)
      if name ~= 'kept' then
        local cap = name == 'failed' and tonumber(call('HGET', B .. ':meta', 'max_failed'))
        left = left - trim_cap(B, name, key, cap or CAP, left)
      end
    end
  end
  return limit - left
end
