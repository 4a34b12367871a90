-- SPDX-License-Identifier: MIT
-- use: keys, meta, push, pop, wake, making, counts, fence
-- exchange: follow-up jobs, published with their parent's success or not at all.

-- Of all settles in order: which children may be made; and the locks that those who end
-- here leave, by base.
local function read_parents(x)
  local finished, free = {}, {}
  for _, g in ipairs(x.groups) do
    for i, code in ipairs(g.codes) do
      finished[#finished + 1] = code == DONE and g.kind == 'finished'
      if g.keys[i] and (code == STOPPED_INSTEAD or code == DONE and g.is_end) then
        free[g.q.B] = free[g.q.B] or {}
        free[g.q.B][hold(g.keys[i], g.ids[i])] = true
      end
    end
  end
  return finished, free
end

local function new_family(B, now, free)
  waiting(B)
  return { meta = meta_of(B, now), jobs = new_jobs(B, free or {}), front = {}, back = {}, later = {} }
end

-- Reads, as all that chooses, whatever making will write to.
local function place(family, child, now)
  if child.due > now then
    if not family.due then
      family.first = tonumber(call('ZRANGE', child.B .. ':scheduled', 0, 0, 'WITHSCORES')[2])
    end
    family.later[#family.later + 1], family.later[#family.later + 2] = text(child.due), child.id
    family.due = math.min(family.due or child.due, child.due)
  else
    local to = child.front and family.front or family.back
    to[#to + 1] = child.id
  end
end

-- Those to make, by base: the parent is settled as finished here and now, id and key are free.
local function choose_children(x)
  local finished, free = read_parents(x)
  local families = {}
  for _, c in ipairs(x.children) do
    if finished[c.parent] then
      local family = families[c.B] or new_family(c.B, x.now, free[c.B])
      families[c.B] = family
      if admit(family.jobs, c.id, c.record, c.key, c.ttl) == 1 then place(family, c, x.now) end
    end
  end
  return families
end

local function make_family(family, now)
  local jobs, B = family.jobs, family.jobs.B
  if #family.later > 0 then call('ZADD', B .. ':scheduled', unpack(family.later)) end
  if #family.back > 0 then push_back(B, family.back) end
  if #family.front > 0 then push_front(B, reversed(family.front)) end
  call('MSET', unpack(jobs.pairs))
  -- Sleepers reckon with the earliest due time they know.
  local is_sooner = family.due and (not family.first or family.due < family.first)
  if not family.meta.paused and (#family.back + #family.front > 0 or is_sooner) then wake(B) end
  take_locks(jobs, now)
  count(B, 'enqueued', #jobs.ids)
end

local function make_children(x, families)
  for _, family in pairs(families) do
    if #family.jobs.ids > 0 then make_family(family, x.now) end
  end
  for _, q in ipairs(x.queues) do
    local due = families[q.B] and families[q.B].due
    if due then q.due = math.min(q.due or due, due) end
  end
end
