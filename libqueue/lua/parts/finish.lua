-- SPDX-License-Identifier: MIT
-- use: keys, clock, record, lock, waiters
-- The end of a job that no worker settles (cancel, reap): its last entry, its expiry,
-- its lock, those who wait for it. ttl 0 leaves a tombstone.
local function finish(B, meta, now, id, ttl, last)
  local key = unique_key_of(B, id)
  local awaited = is_awaited(B, meta, id)
  local record = awaited and (record_of(B, id) or '') .. last
  if ttl == 0 then
    call('SET', job_key(B, id), string.sub(last, -TAIL), 'PXAT', now + DEDUP_MS)
  else
    call('APPEND', job_key(B, id), last)
    if ttl ~= FOREVER then call('PEXPIREAT', job_key(B, id), now + ttl) end
  end
  release_lock(B, key, id)
  if awaited then tell_waiters(B, now, id, record) end
end
