-- SPDX-License-Identifier: MIT
-- use: pop, page
-- list: waiting jobs in the order they will run. Cursor: the index of the next entry, and
-- of ids that live again after leaving a ghost how many ghosts were passed. A cursor has
-- room for some of them; one that is left out may be shown at a ghost's place, too.
local CURSOR_MAX = 150

local function cursor_of(index, passed)
  local ids = {}
  for id in pairs(passed) do ids[#ids + 1] = id end
  table.sort(ids)
  local cursor = text(index)
  for _, id in ipairs(ids) do
    local longer = cursor .. ',' .. id .. '=' .. text(passed[id])
    if #longer <= CURSOR_MAX then cursor = longer end
  end
  return cursor
end

-- Returns where to go on, '': that was all, nil: no cursor of ours.
local function page_queued(page, after)
  local index, list = string.match(after, '^(%d*)(.*)$')
  if list ~= '' and not string.match(list, '^,[%w_.,=-]+$') then return nil end
  index = tonumber(index) or 0
  local passed = {}
  for id, n in string.gmatch(list, ',([^=]+)=(%d+)') do passed[id] = tonumber(n) end
  local ids, ghosts = peek(page.B, index, page.looks)
  local n = 0
  while n < #ids and page.left > 0 do
    n = n + 1
    local id = ids[n]
    local before = passed[id] or 0
    if ghosts and before < (ghosts[id] or 0) then
      if agrees(page, id) then passed[id] = before + 1 end
    else
      add_row(page, id, '0', cursor_of(index + n, passed))
    end
  end
  if n == #ids and n < page.looks then return '' end
  return cursor_of(index + n, passed)
end
