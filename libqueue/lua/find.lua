-- SPDX-License-Identifier: MIT
-- find: all that is known of a job. Only reads.
-- KEYS: 1 base
-- ARGV: 1 id
-- Returns: {} or {state, record, worker, token, due_ms, ttl_ms}, '' where it does not apply.
-- Invariant: nothing is written.
-- use: keys, record, state
local B = KEYS[1]
local id = ARGV[1]
local record = record_of(B, id)
if not record then return {} end
local state, score, worker = state_of(B, id)
local is_started = state == 'started'
return {
  state, record, worker or '',
  is_started and text(score) or '',
  score and not is_started and text(score) or '',
  text(call('PTTL', job_key(B, id))),
}
