-- SPDX-License-Identifier: MIT
-- use: keys, record
-- exchange: which settles count. Owned is who is in held:<worker> with the token of
-- that hand-out; reap takes the id out, so everything late fails here.
local DONE, NOT_YOURS, ALREADY, STOPPED_INSTEAD = 1, 0, 2, 3

-- As numbers if the text differs: another server may print a score in another way.
local function is_same(score, token)
  return score == token or (score and tonumber(score) == tonumber(token))
end

-- A repeated settle finds its own token at the record's end.
local function is_settled(B, id, record)
  return string.sub(tail_of(B, id), 1, 9) == string.sub(record, -TAIL, -TAIL + 8)
end

local function fence(g)
  local q = g.q
  local scores = call('ZMSCORE', q.held, unpack(g.ids))
  local stops = q.meta.stops > 0 and call('SMISMEMBER', q.B .. ':stops', unpack(g.ids)) or {}
  for i, id in ipairs(g.ids) do
    if q.seen[id] == g.tokens[i] then
      g.codes[i] = ALREADY
    elseif is_same(scores[i], g.tokens[i]) and not q.seen[id] then
      q.seen[id] = g.tokens[i]
      g.codes[i] = (stops[i] == 1 and not g.is_end) and STOPPED_INSTEAD or DONE
    else
      g.codes[i] = is_settled(q.B, id, g.records[i]) and ALREADY or NOT_YOURS
    end
  end
end

-- n if all were done, else all codes in order.
local function all_codes(x)
  local codes, is_all = {}, true
  for _, g in ipairs(x.groups) do
    for _, code in ipairs(g.codes) do
      codes[#codes + 1] = code
      is_all = is_all and code == DONE
    end
  end
  return is_all and #codes or codes
end
