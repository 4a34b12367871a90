-- SPDX-License-Identifier: MIT
-- wait: a job's final record, or a place among those who are told of its end. Draining.
-- KEYS: 1 base
-- ARGV: 3 id nonce may_be_missing(0/1)
-- Returns: the record, 0 no such job, or `wait`: then BLPOP B:done:<nonce> for at most 20 s, and again.
-- Invariant: what is remembered of a client is gone a minute after its last call.
-- use: keys, clock, record, meta, pop, waiters
local NONCES_MAX = 100
local B = KEYS[1]
local id, nonce, may_be_missing = ARGV[1], ARGV[2], ARGV[3] == '1'
local now = now_ms()
local kind = last_byte(B, id)
if ENDED[kind] then return record_of(B, id) end
if not kind and not may_be_missing then return 0 end
local waits, waiters = B .. ':waits:' .. id, B .. ':waiters'
local is_full = call('SCARD', waits) >= NONCES_MAX
call('SCARD', waiters)
meta_of(B, now)

open_drain(B)
if not is_full then call('SADD', waits, nonce) end
call('PEXPIREAT', waits, now + WAIT_MS)
call('SADD', waiters, id)
call('PEXPIREAT', waiters, now + WAIT_MS)
keep_size(B, 'waiters')
return 'wait'
