-- SPDX-License-Identifier: MIT
-- exchange: settles jobs, makes their children, promotes, hands out jobs, renews leases. Draining.
-- KEYS: 1+ bases: the served queues in order of priority, then those of children only
-- ARGV: 6+ worker lease_ms want n_serve n_groups n_children, then tokens, groups, children
-- Returns: {codes, jobs, next, n_held, now}
-- Invariant: everything is read before the first write; a job leaves its old place and gets its new
-- one in this call; a settle that is late changes nothing; what is held is covered by a lease.
-- use: arguments, clock, batch, renew, fence, settle, children, trimming, promote, claim, wake, pop
local TRIM_MAX = 200
local x, wrong = read_batch(KEYS, ARGV, now_ms())
if not x then return bad(wrong) end
x.looks = x.want + 500

for _, q in ipairs(x.queues) do read_queue(x, q) end
for _, g in ipairs(x.groups) do fence(g) end
local children = choose_children(x)

open_drain(x.queues[1].B)
for _, q in ipairs(x.queues) do renew(x, q) end
for _, g in ipairs(x.groups) do settle(x, g) end
make_children(x, children)

local jobs, n_held, next_ms, trims = {}, {}, -1, TRIM_MAX
for i, q in ipairs(x.queues) do
  if q.has_settled then trims = trims - trim(q.B, x.now, trims) end
  promote(x, q)
  hand_out(x, q)
  if waiting(q.B) > 0 and not q.meta.paused then wake(q.B) else let_sleep(q.B) end
  end_lease(x, q)
  local ms = next_of(x, q)
  if ms and (next_ms < 0 or ms < next_ms) then next_ms = ms end
  jobs[i], n_held[i] = q.jobs, q.n_held
end
return { all_codes(x), jobs, next_ms, n_held, x.now }
