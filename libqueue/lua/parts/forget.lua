-- SPDX-License-Identifier: MIT
-- use: keys, lock, waiters
-- Removes a live job's record with all that hangs on it (delete, purge).
local function forget(B, meta, now, id)
  local key = unique_key_of(B, id)
  call('UNLINK', job_key(B, id))
  release_lock(B, key, id)
  if is_awaited(B, meta, id) then tell_waiters(B, now, id, '') end
end
