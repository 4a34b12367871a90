-- SPDX-License-Identifier: MIT
-- use: keys, record, meta, push, pop, wake, counts, fence
-- exchange: follow-up jobs, published with their parent's success or not at all.

-- Chooses those to make: the parent is settled as finished here and now, the id is free.
local function choose_children(x)
  local finished, n = {}, 0
  for _, g in ipairs(x.groups) do
    for i, code in ipairs(g.codes) do
      finished[n + i] = code == DONE and g.kind == 'finished'
    end
    n = n + #g.codes
  end
  local taken, by_base = {}, {}
  for _, child in ipairs(x.children) do
    local key = job_key(child.B, child.id)
    if finished[child.parent] and not taken[key] and call('EXISTS', key) == 0 then
      taken[key] = true
      if not by_base[child.B] then
        waiting(child.B)
        by_base[child.B] = { meta = meta_of(child.B, x.now), ids = {}, pairs = {} }
      end
      local made = by_base[child.B]
      made.ids[#made.ids + 1] = child.id
      made.pairs[#made.pairs + 1] = key
      made.pairs[#made.pairs + 1] = child.record
    end
  end
  return by_base
end

local function make_children(by_base)
  for B, made in pairs(by_base) do
    push_back(B, made.ids)
    call('MSET', unpack(made.pairs))
    if not made.meta.paused then wake(B) end
    count(B, 'enqueued', #made.ids)
  end
end
