# SPDX-License-Identifier: MIT
"""What one queue is, in Python: the structures of docs/protocol.md and what may be said of a job."""
from collections import Counter

import record as rec

INF = float('inf')
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
FOREVER = -1
# Small, so that a walk of a few thousand steps crosses them; put into the scripts by patches.
CAP, MAX_FAILED, FINISHED_MAX = 5, 3, 6
LIMIT_PATCHES = (('local CAP = 10000', f'local CAP = {CAP}'),
                 ('local FINISHED_MAX = 10000', f'local FINISHED_MAX = {FINISHED_MAX}'))
INDEXES = ('kept', 'failed', 'canceled', 'stopped')


def b(value):
    return value if isinstance(value, bytes) else str(value).encode()


def unique_of(record):
    """The uniqueness key in the envelope, or None."""
    if record[:2] != b'\x97\x01' or record[2] == 0xc0:
        return None
    return record[3:3 + record[2] - 0xa0].decode()


class Queue:
    def __init__(self, base):
        self.base = base
        self.job = {}         # id -> [record, expiry or None]
        self.wait, self.ghosts = [], {}
        self.scheduled = {}   # id -> due
        self.held = {}        # worker -> {id: token}
        self.leases = {}      # worker -> end
        self.finished = []
        self.index = {name: {} for name in INDEXES}
        self.stops = set()
        self.waiters = [set(), None]
        self.waits, self.done = {}, {}   # id -> [nonces, expiry], nonce -> [messages, expiry]
        self.ctl = {}         # worker -> [messages, expiry]
        self.wake = False
        self.meta = {'max_failed': MAX_FAILED}
        self.lock = {}        # key -> [id, expiry or None]
        self.stats = {}
        self.events = Counter()   # what the walk came across, not in Redis

    # ---- What is so ----

    def ended(self, id):
        entry = self.job.get(id)
        return rec.STATES.get(entry[0][-1]) if entry else None

    def is_live(self, id):
        return id in self.job and not self.ended(id)

    def holder(self, id):
        return next((w for w in sorted(self.leases) if id in self.held.get(w, {})), None)

    def state(self, id):
        if id not in self.job:
            return None
        if self.ended(id):
            return self.ended(id)
        if id in self.scheduled:
            return 'scheduled'
        return 'started' if self.holder(id) else 'queued'

    def waiting(self):
        return max(len(self.wait) - self.meta.get('ghosts', 0), 0)

    def paused(self, now):
        """None, 0 (until resumed) or the end, if that is to come."""
        end = self.meta.get('paused')
        return None if end is None or 0 < end <= now else end

    def run_order(self):
        """The entries of the waiting list that are no ghosts."""
        left, out = dict(self.ghosts), []
        for id in self.wait:
            if left.get(id, 0) > 0:
                left[id] -= 1
            else:
                out.append(id)
        return out

    # ---- Small steps that several operations share ----

    def pop(self, n):
        out = []
        taken, self.wait = self.wait[:n], self.wait[n:]
        for id in taken:
            if self.ghosts.get(id, 0) > 0:
                self.ghosts[id] -= 1
                self.meta['ghosts'] -= 1
                self.events['ghost skipped'] += 1
                if not self.ghosts[id]:
                    del self.ghosts[id]
            else:
                out.append(id)
        if not self.wait:
            self.ghosts.clear()
            self.meta['ghosts'] = 0
        if not self.meta.get('ghosts'):
            self.meta.pop('ghosts', None)
        return out, len(taken)

    def add_ghost(self, id):
        self.ghosts[id] = self.ghosts.get(id, 0) + 1
        self.meta['ghosts'] = self.meta.get('ghosts', 0) + 1

    def count(self, what, n=1):
        if n:
            self.stats[what] = self.stats.get(what, 0) + n

    def keep_size(self, name, members):
        if members:
            self.meta[name] = len(members)
        else:
            self.meta.pop(name, None)

    def wake_up(self, now):
        if self.paused(now) is None:
            self.wake = True

    def release(self, key, id):
        if key and key in self.lock and self.lock[key][0] == id:
            del self.lock[key]

    def list_ended(self, state, now, ttl, ids):
        if ttl == 0 or not ids:
            return
        if state == 'finished' and 0 < ttl <= HOUR:
            self.finished = (self.finished + ids)[-FINISHED_MAX:]
            return
        name = 'kept' if state == 'finished' else state
        for id in ids:
            self.index[name][id] = INF if ttl == FOREVER else now + ttl

    def unlist(self, state, id):
        if state == 'finished':
            self.finished = [other for other in self.finished if other != id]
            state = 'kept'
        self.index[state].pop(id, None)

    def tell(self, now, id, message):
        if self.meta.get('waiters', 0) == 0 or id not in self.waiters[0]:
            return
        for nonce in self.waits.pop(id, [set()])[0]:
            self.done.setdefault(nonce, [[], None])[0].append(message)
            self.done[nonce][1] = now + MINUTE
            self.events['waiter told'] += 1
        self.waiters[0].discard(id)
        if not self.waiters[0]:
            self.waiters[1] = None
        self.keep_size('waiters', self.waiters[0])

    def finish(self, now, id, ttl, entry):
        """The end of a job that nobody settles."""
        record = self.job[id][0] + entry
        key = unique_of(record)
        if ttl == 0:
            self.job[id] = [entry[-rec.TAIL:], now + MINUTE]
        else:
            self.job[id] = [record, None if ttl == FOREVER else now + ttl]
        self.release(key, id)
        self.tell(now, id, record)

    def forget(self, now, id):
        key = unique_of(self.job.pop(id)[0])
        self.release(key, id)
        self.tell(now, id, b'')

    def leave(self, id, state):
        if state == 'queued':
            self.add_ghost(id)
        else:
            del self.scheduled[id]

    def ranked(self, name):
        members = self.scheduled if name == 'scheduled' else self.index[name]
        return sorted(members.items(), key=lambda item: (item[1], item[0]))

    # ---- All keys, as Redis must have them ----

    def expiring(self):
        """key -> (expiry, what removes it here)."""
        for id, (_, at) in self.job.items():
            yield at, f'job:{id}', self.job, id
        for table, name in ((self.waits, 'waits'), (self.done, 'done'), (self.ctl, 'ctl'), (self.lock, 'lock')):
            for member, (_, at) in table.items():
                yield at, f'{name}:{member}', table, member

    def sweep(self, now):
        """Removes what has expired; returns the keys."""
        gone = [(key, table, member) for at, key, table, member in self.expiring() if at is not None and at < now]
        for _, table, member in gone:
            del table[member]
        keys = [f'{self.base}:{key}' for key, _, _ in gone]
        if self.waiters[1] is not None and self.waiters[1] < now:
            self.waiters = [set(), None]
            keys.append(self.base + ':waiters')
        return keys

    def dump(self):
        """name -> line, as the dumping script prints it."""
        keys = {}

        def add(name, kind, items, expiry=None):
            if items:
                line = b'|'.join([b(self.base + ':' + name), kind, b'%d' % (-1 if expiry is None else expiry), *map(b, items)])
                keys[self.base + ':' + name] = line

        def flat(members):
            return [part for id, score in members for part in (id, score)]

        for id, (record, expiry) in self.job.items():
            add('job:' + id, b'string', [record], expiry)
        add('wait', b'list', self.wait)
        add('ghosts', b'hash', flat(sorted(self.ghosts.items())))
        add('scheduled', b'zset', flat(self.ranked('scheduled')))
        for worker, members in self.held.items():
            add('held:' + worker, b'zset', flat(sorted(members.items(), key=lambda item: (item[1], item[0]))))
        add('leases', b'zset', flat(sorted(self.leases.items(), key=lambda item: (item[1], item[0]))))
        add('finished', b'list', self.finished)
        for name in INDEXES:
            add(name, b'zset', flat(self.ranked(name)))
        add('stops', b'set', sorted(self.stops))
        add('waiters', b'set', sorted(self.waiters[0]), self.waiters[1])
        for id, (nonces, expiry) in self.waits.items():
            add('waits:' + id, b'set', sorted(nonces), expiry)
        for name, table in (('done', self.done), ('ctl', self.ctl)):
            for member, (messages, expiry) in table.items():
                add(f'{name}:{member}', b'list', messages, expiry)
        add('wake', b'list', ['1'] if self.wake else [])
        add('meta', b'hash', flat(sorted(self.meta.items())))
        for key, (id, expiry) in self.lock.items():
            add('lock:' + key, b'hash', ['id', id], expiry)
        add('stats', b'hash', flat(sorted(self.stats.items())))
        return keys
