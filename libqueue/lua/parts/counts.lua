-- SPDX-License-Identifier: MIT
-- Totals since ever. pcall: no job depends on them.
local function count(B, what, n)
  if n > 0 then redis.pcall('HINCRBY', B .. ':stats', what, n) end
end
