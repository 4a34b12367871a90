-- SPDX-License-Identifier: MIT
-- use: keys, push
-- exchange: scheduled jobs that are due go to the end of the queue. Their records stay
-- as they are.
local PROMOTE_MAX = 100

local function promote(x, q)
  if not q.due or q.due > x.now then return end
  local key = q.B .. ':scheduled'
  local ids = call('ZRANGE', key, '-inf', x.now, 'BYSCORE', 'LIMIT', 0, PROMOTE_MAX)
  if #ids > 0 then
    call('ZREM', key, unpack(ids))
    push_back(q.B, ids)
  end
  q.due = tonumber(call('ZRANGE', key, 0, 0, 'WITHSCORES')[2])
end
