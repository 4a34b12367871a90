-- SPDX-License-Identifier: MIT
-- use: keys, arguments, record, making
-- The arguments of exchange as tables: queues, groups of settles, children.
local SETTLES_MAX = 100
local QUEUES_MAX = 64
-- Twice as many are arguments of one command, and unpack fails at 8,000, after other writes.
local CHILDREN_MAX = 3000
local MODES = { s = true, a = true, t = true }

local function read_group(x, take)
  local g = { q = x.queues[whole(take(), 1, #x.queues) or 0], kind = take(), ids = {}, tokens = {},
              records = {}, keys = {}, codes = {}, first = x.n_settles + 1 }
  g.ms, g.mode, g.unique = whole(take(), -1, 2 ^ 53), take(), take() == '1'
  g.code = KIND[g.kind]
  g.is_end = g.code and g.code >= 8
  local n = whole(take(), 1, SETTLES_MAX)
  if not (g.q and g.code and g.ms and MODES[g.mode] and n) then return nil end
  if g.code == KIND.lost or g.code == KIND.requeued then return nil end
  if not g.is_end and (g.mode == 't' or g.ms < 0) then return nil end
  if g.is_end and g.ms == 0 and g.mode ~= 't' then return nil end
  for i = 1, n do
    g.ids[i], g.tokens[i], g.records[i] = take(), take(), take()
    if g.unique then g.keys[i] = take() end
    local record = g.records[i]
    if not record or #record < TAIL or string.byte(record, -1) ~= g.code then return nil end
  end
  x.n_settles = x.n_settles + n
  return g
end

local function read_child(x, bases, take)
  local c = { parent = whole(take(), 1, x.n_settles), B = bases[whole(take(), 1, #bases) or 0],
              due = due_of(take(), x.now), front = take() == '1', key = take(),
              ttl = whole(take(), 0, 2 ^ 53), id = take(), record = take() }
  if c.parent and c.B and c.due and c.ttl and c.record and string.byte(c.record, -1) == 0 then return c end
end

-- Returns the batch, or nil and what is wrong.
local function read_batch(bases, args, now)
  local at = 6
  local function take()
    at = at + 1
    return args[at]
  end
  local x = { now = now, worker = args[1], lease = whole(args[2], 1, 2 ^ 53), want = whole(args[3], 0, SETTLES_MAX),
              queues = {}, groups = {}, children = {}, n_settles = 0, bytes = 0 }
  local n_serve, n_groups = whole(args[4], 1, QUEUES_MAX), whole(args[5], 0, SETTLES_MAX)
  local n_children = whole(args[6], 0, CHILDREN_MAX)
  if not (x.lease and x.want and n_serve and n_groups and n_children) or n_serve > #bases then
    return nil, 'exchange: worker lease_ms want n_serve n_groups n_children'
  end
  for i = 1, n_serve do
    x.queues[i] = { B = bases[i], received = take(), seen = {}, jobs = {} }
    if not tonumber(x.queues[i].received) then return nil, 'exchange: the token of queue ' .. i end
  end
  for i = 1, n_groups do
    x.groups[i] = read_group(x, take)
    if not x.groups[i] then return nil, 'exchange: settles, group ' .. i end
  end
  for i = 1, n_children do
    x.children[i] = read_child(x, bases, take)
    if not x.children[i] then return nil, 'exchange: child ' .. i end
  end
  if at ~= #args then return nil, 'exchange: more arguments than it says' end
  if x.n_settles + x.want > SETTLES_MAX then return nil, 'exchange: more than 100 settles and claims' end
  return x
end
