-- SPDX-License-Identifier: MIT
-- use: keys, record
-- list: one page of rows. It looks at no more members than asked for and 500, so it may
-- be short; then its last element is the cursor to go on with.
local EXTRA_LOOKS = 500

local function new_page(B, state, limit)
  return { B = B, state = state, left = limit, looks = limit + EXTRA_LOOKS, rows = {}, seen = {} }
end

-- The record decides: live for the places, ended in this state for the indexes.
local function agrees(page, id)
  local kind = last_byte(page.B, id)
  if not kind then return false end
  return ENDED[kind] == page.state or not ENDED[kind] and not KIND[page.state]
end

local function add_row(page, id, score, cursor, worker)
  if page.seen[id] or not agrees(page, id) then return end
  page.seen[id] = true
  page.left = page.left - 1
  local rows = page.rows
  rows[#rows + 1], rows[#rows + 2], rows[#rows + 3] = id, score, cursor
  if worker then rows[#rows + 1] = worker end
end
