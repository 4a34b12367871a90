# SPDX-License-Identifier: MIT
"""Errors put into the scripts on purpose. The walk must find each, or it proves nothing.

A mutation is its name and patches (old, new, script...) of composed texts; one that does not
apply any more is a failure too.
"""

# What the release of a lock compares; without it, anybody's goes.
_LOCK = "if key and redis.pcall('HGET', B .. ':lock:' .. key, 'id') == id then"
_EXISTS = "not is_known_new and call('EXISTS', name) == 1"
_HOLDER = 'if holder and holder ~= id and not jobs.free[hold(key, holder)] then return holder end'
_GHOST = 'if n < (tonumber(counts[i]) or 0) then'
_REAPED = 'entries[id] = entry(now, worker, info, snoozes, losses, attempts, kind)'
_REQUEUED = 'entry(now, nil, NIL, 0, 0, 0, KIND.requeued)'
_TOMBSTONE = " or call('GETRANGE', key, 0, 0) == '\\207'"

FOUND = {
    'settle: twice in one call': [('q.seen[id] = g.tokens[i]', '')],
    'settle: fence without token': [('is_same(scores[i], g.tokens[i])', 'scores[i]')],
    'settle: repetition not told': [('is_settled(q.B, id, g.records[i]) and ALREADY or NOT_YOURS', 'NOT_YOURS')],
    'settle: repetition told by kind': [('return string.sub(tail_of(B, id), 1, 9) == string.sub(record, -TAIL, -TAIL + 8)',
                                         'return string.byte(tail_of(B, id), -1) == string.byte(record, -1)')],
    'settle: stop ignored by retry': [('(stops[i] == 1 and not g.is_end) and STOPPED_INSTEAD or DONE', 'DONE')],
    'settle: stop flag left': [("call('SREM', q.B .. ':stops', unpack(all)) > 0", 'false')],
    'settle: SET without expiry': [("call('SET', key, bytes, 'PXAT', expires)", "call('SET', key, bytes)")],
    'settle: APPEND without expiry': [("if expires then call('PEXPIREAT', key, expires) end", '')],
    'settle: tombstone keeps everything': [("if mode == 't' then bytes = string.sub(bytes, -TAIL) end", '')],
    "settle: another's lock freed": [(_LOCK, 'if key then', 'exchange')],
    'settle: waiters not told': [('if awaited then tell_waiters(q.B, x.now, id, before .. bytes) end', '')],
    'settle: child of an unsettled parent': [("code == DONE and g.kind == 'finished'", "g.kind == 'finished'")],
    'settle: child of a failed parent': [("code == DONE and g.kind == 'finished'", 'code == DONE')],
    'settle: child over an existing job': [(_EXISTS, 'false', 'exchange')],
    'settle: two children of one id': [('if jobs.seen[id] or', 'if', 'exchange')],
    "settle: child takes another's key": [(_HOLDER, '', 'exchange')],
    'settle: two children of one key': [('(jobs.holders[key] or lock_holder(jobs.B, key))', 'lock_holder(jobs.B, key)', 'exchange')],
    "settle: child without its parent's key": [('if g.keys[i] and (code', 'if false and (code')],
    "settle: child with a key that is not free yet": [('code == DONE and g.is_end)', 'code == DONE)')],
    'settle: child without a lock': [('\ntake_locks(jobs, now)\n', '\n\n', 'exchange')],
    'settle: lock of a child for ever': [("if lock.ttl > 0 then call('PEXPIREAT', lock.key, now + lock.ttl) end", '', 'exchange')],
    'settle: child too early': [('if child.due > now then', 'if false then')],
    'settle: child at the end only': [('child.front and family.front or family.back', 'family.back')],
    'settle: children at the front turned around': [('push_front(B, reversed(family.front))', 'push_front(B, family.front)')],
    'settle: due time of a child not told': [('if due then q.due = math.min(q.due or due, due) end', '')],
    'settle: sleeper not woken by a child': [("if not family.meta.paused and (#family.back + #family.front > 0 or is_sooner) then wake(B) end", '')],
    'settle: sleeper woken for a later child': [('(not family.first or family.due < family.first)', 'true')],
    'settle: sleeper of a paused queue woken by a child': [('if not family.meta.paused and', 'if')],
    'claim: without ghosts': [(_GHOST, 'if false then', 'exchange')],
    'claim: ghosts not counted inside the batch': [(_GHOST, 'if 0 < (tonumber(counts[i]) or 0) then', 'exchange')],
    'claim: ghosts not counted down': [('\nforget_ghosts(B, dropped)\n', '\n\n', 'exchange')],
    'claim: token not above the last': [('math.max(x.now * 1024 - 1, q.meta.token)', 'x.now * 1024 - 1')],
    'claim: last token not kept': [("call('HSET', q.B .. ':meta', 'tok', text(q.token))", '')],
    'claim: no redelivery': [('redeliver(x, q) and', '')],
    'claim: redelivery from the token itself': [("'(' .. q.received", 'q.received')],
    'claim: paused queue': [('and not q.meta.paused then claim(x, q)', 'then claim(x, q)')],
    'promote: id stays scheduled': [("call('ZREM', key, unpack(ids))", '', 'exchange')],
    'renew: lease kept with nothing held': [("if q.n_held == 0 then call('ZREM', q.B .. ':leases', x.worker) end", '')],
    'renew: lease not renewed': [("call('ZADD', q.B .. ':leases', x.now", "call('ZADD', q.B .. ':leases', 'NX', x.now")],
    "reap: the lost hand-out's token": [(_REAPED, _REAPED.replace('entry(', 'string.gsub(entry(') + ", u64(0) .. '\\206', u64(token) .. '\\206')")],
    'reap: losses not counted': [('losses = math.min(losses + 1, 65535)', '')],
    'reap: lowest first': [("'ZREVRANGE'", "'ZRANGE'", 'reap')],
    'reap: drops the lease with jobs held': [("if call('EXISTS', held) == 0 then", 'if true then')],
    'reap: keeps the lease': [("if call('EXISTS', held) == 0 then", 'if false then')],
    'reap: ignores stop': [("if meta.stops > 0 and call('SISMEMBER', B .. ':stops', id) == 1 then", 'if false then')],
    'requeue: without PERSIST': [("call('PERSIST', key)", '')],
    'requeue: keeps counters': [(_REQUEUED, "entry(now, nil, NIL, 0, 0, (struct.unpack('>I2', string.sub(tail_of(B, id), 19))), KIND.requeued)")],
    'requeue: no entry': [(f"redis.pcall('APPEND', key, {_REQUEUED})", '0')],
    'requeue: a tombstone': [(_TOMBSTONE, '')],
    'requeue: lock held by another': [("if holder and holder ~= id then return 'locked' end", '')],
    'requeue: registry left': [('\nunindex(B, state, id)\n', '\n\n', 'requeue')],
    'requeue: a live job': [('if not KIND[state] then return state end', '')],
    'enqueue: ids of the batch, fast path': [('if jobs.seen[id] or', 'if jobs.seen[id] and not is_known_new or', 'enqueue')],
    'enqueue: ids of the batch, slow path': [('if jobs.seen[id] or', 'if jobs.seen[id] and is_known_new or', 'enqueue')],
    'enqueue: locks of the batch': [('(jobs.holders[key] or lock_holder(jobs.B, key))', 'lock_holder(jobs.B, key)', 'enqueue')],
    'enqueue: EXISTS': [(_EXISTS, 'false', 'enqueue')],
    'cancel, delete: lock kept': [('\nrelease_lock(B, key, id)\n', '\n\n', 'cancel', 'delete')],
    "cancel, delete: another's lock": [(_LOCK, 'if key then', 'cancel', 'delete')],
    'cancel: no ghost': [('\nadd_ghost(B, id)\n', '\n\n', 'cancel')],
    'delete: no ghost': [('\nadd_ghost(B, id)\n', '\n\n', 'delete')],
    'cancel: a started job': [("if state ~= 'queued' and", "if state ~= 'started' and state ~= 'queued' and")],
    'delete: registry left': [('\nunindex(B, state, id)\n', '\n\n', 'delete')],
    # What the first 48 do not touch.
    'settle: returned in the wrong order': [('tonumber(a[2]) > tonumber(b[2])', 'tonumber(a[2]) < tonumber(b[2])')],
    'settle: stopped instead, for ever': [('ms, is_end = DAY_MS, true', 'ms, is_end = FOREVER, true')],
    'trim: a record that lives again': [('if last_byte(B, id) == KIND[state] then', 'if true then')],
    'trim: before the record has gone': [("'(' .. text(now - LATE_MS)", "'(' .. text(now)")],
    'purge: records of another state': [('if kind and ENDED[kind] == (not is_live and state or nil) then', 'if kind then')],
    'purge: ghosts not counted down': [('\nforget_ghosts(B, dropped)\n', '\n\n', 'purge')],
    'delete: waiters not told': [("if is_awaited(B, meta, id) then tell_waiters(B, now, id, '') end", '')],
    'wait: nothing expires': [("call('PEXPIREAT', waits, now + WAIT_MS)", '')],
    'pause: token left': [('\nlet_sleep(B)\n', '\n\n', 'pause')],
    'pause: has no end': [('local has_lapsed = paused and paused > 0 and paused <= now', 'local has_lapsed = false')],
    'resume: no token': [('if n > 0 then wake(B) end', '')],
    'exchange: token of a drained queue left': [('else let_sleep(q.B) end', 'end')],
    'list: ghosts shown': [('if ghosts and before < (ghosts[id] or 0) then', 'if false then')],
    'stats: ghosts counted': [("return math.max(call('LLEN', B .. ':wait') - ghosts, 0)", "return call('LLEN', B .. ':wait')", 'stats')],
}

# A second line of defence each: whatever they look for cannot come about by the scripts alone.
SURVIVE = {
    "claim: the record's last byte not looked at": [('if record and not ENDED[string.byte(record, -1)] then', 'if record then')],
    'claim: ghosts do not heal on an empty list': [("if call('EXISTS', B .. ':wait') == 0 then", 'if false then', 'exchange')],
}

# Found within some hundred steps: part of every test run.
QUICK = ['settle: twice in one call', 'settle: fence without token', 'claim: without ghosts', 'claim: no redelivery',
         'reap: lowest first', 'requeue: without PERSIST', 'enqueue: ids of the batch, fast path', 'cancel: no ghost']
