# SPDX-License-Identifier: MIT
"""A worker and a client by hand, for tests that set up one situation."""
import record as rec
from scripts import Scripts

LEASE = 30_000


def envelope(args=b'', key=None):
    return rec.envelope(key, 'h', args, 1)


class Hand:
    """The scripts on one base; replies as they come."""

    def __init__(self, client, base='lq:{q}', **how):
        client.call('FLUSHALL')
        self.client, self.base = client, base
        self.scripts = Scripts(client, **how)

    def run(self, name, *args):
        return self.scripts.run(name, self.base, *args)

    def enqueue(self, ids, when='0', is_front=0, args=b''):
        ids = list(ids)
        for i in range(0, len(ids), 1000):
            pairs = [part for id in ids[i:i + 1000] for part in (id, envelope(args))]
            self.run('enqueue', is_front, when, 0, *pairs)

    def exchange(self, want=0, groups=(), worker='w', lease=LEASE, received=2 ** 53, children=()):
        """groups: (kind, ms, mode, [(id, token, bytes)]); children: (base, when, front, key, key_ttl, id, record), all of the first settle."""
        bases = [self.base, *sorted({child[0] for child in children} - {self.base})]
        args = [worker, lease, want, 1, len(groups), len(children), received]
        for kind, ms, mode, jobs in groups:
            args += [1, kind, ms, mode, 0, len(jobs), *(part for job in jobs for part in job)]
        for base, *child in children:
            args += [1, bases.index(base) + 1, *child]
        return self.scripts.run('exchange', bases, *args)

    def claim(self, want, worker='w', lease=LEASE):
        jobs = self.exchange(want, worker=worker, lease=lease)[1][0]
        return [(jobs[i].decode(), int(jobs[i + 1]), jobs[i + 2]) for i in range(0, len(jobs), 3)]

    def settle(self, jobs, kind='finished', ms=500_000, mode='s', worker='w', **more):
        sent = []
        for id, token, record in jobs:
            entry = rec.settling(record, 1, worker, token, rec.KINDS[kind])
            sent.append((id, token, record + entry if mode == 's' else entry))
        return self.exchange(groups=[(kind, ms, mode, sent)] if sent else [], worker=worker, **more)

    def work_off(self, n, kind='finished', ms=500_000, batch=100):
        while n > 0:
            jobs = self.claim(min(batch, n))
            assert jobs, 'nothing left to claim'
            self.settle(jobs, kind, ms)
            n -= len(jobs)

    def expire_lease(self, worker='w'):
        # PERSIST first: a full server refuses a bare ZADD.
        self.client.call('EVAL', "redis.call('PERSIST', KEYS[1]) redis.call('ZADD', KEYS[1], 1, ARGV[1])", 1, self.base + ':leases', worker)

    def key(self, name):
        return f'{self.base}:{name}'

    def pages(self, state, limit, between=lambda: None):
        """All rows of a state, page by page, as (id, score, cursor, worker)."""
        size = 4 if state == 'started' else 3
        rows, after = [], ''
        for _ in range(10_000):
            flat = [part.decode() for part in self.run('list', state, after, limit)]
            rows += [tuple(flat[i:i + size]) for i in range(0, len(flat) - 1, size)]
            after = flat[-1]
            if not after:
                return rows
            between()
        raise AssertionError('the pages have no end')
