-- SPDX-License-Identifier: MIT
-- list: the jobs of a state, a page at a time. Only reads.
-- KEYS: 1 base
-- ARGV: 3 state after limit
-- Returns: id score cursor (started: also worker) for each row, then the cursor to go on with or ''.
-- Invariant: nothing is written, the work is bounded, an id is shown once in a page and only if its
-- record agrees.
-- use: keys, arguments, clock, page, page_queued, page_sorted, page_finished, page_started
local B = KEYS[1]
local state, after, limit = ARGV[1], ARGV[2], whole(ARGV[3], 1, 1000)
local is_ended = ENDED[KIND[state]] ~= nil
local is_place = state == 'queued' or state == 'scheduled' or state == 'deferred' or state == 'started'
if not limit or not (is_ended or is_place) then return bad('list: state after limit, at most 1000') end
local page = new_page(B, state, limit)
local cursor
if state == 'queued' then
  cursor = page_queued(page, after)
elseif state == 'started' then
  cursor = page_started(page, after)
elseif state == 'finished' then
  cursor = page_finished(page, after, now_ms())
else
  cursor = page_sorted(page, state, after, '', is_ended and now_ms() or nil)
end
if not cursor then return bad('list: no such cursor: take it from a row of a page of this queue and state') end
page.rows[#page.rows + 1] = cursor
return page.rows
