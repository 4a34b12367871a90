# SPDX-License-Identifier: MIT
"""A random walk over the real scripts beside the model.

The model foretells every reply, so steps go out in batches; a difference is told with the
seed, and walked again step by step to show the keys that differ.
"""
import hashlib
import random
import time
from types import SimpleNamespace

import record as rec
from model import Model
from scripts import Scripts
from server import RespError
from state import DAY, FOREVER, HOUR, LIMIT_PATCHES, Queue

START = 4_000_000_000_000   # far above the server's own clock: only the walk lets keys expire
LEASE = 30_000
IDS = [f'id-{n:02}' for n in range(14)]
CHILD_IDS = IDS + [f'child-{n:02}' for n in range(14)]   # or hardly one would be free
KEYS = ['k1', 'k2']
NONCES = ['n1', 'n2', 'n3', 'n4']
BATCH = 48
TTLS = [1000, 500_000, HOUR, HOUR + 1, DAY, FOREVER]
KINDS = ['finished', 'finished', 'failed', 'stopped', 'canceled', 'retry', 'snooze', 'unknown', 'return']
PTTL_SLACK = 120_000
DUMP = """
local lines = {}
local keys = redis.call('KEYS', 'lq:*')
table.sort(keys)
for _, key in ipairs(keys) do
  local kind, v = redis.call('TYPE', key).ok, nil
  if kind == 'string' then v = { redis.call('GET', key) }
  elseif kind == 'list' then v = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'zset' then v = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'set' then v = redis.call('SMEMBERS', key); table.sort(v)
  else
    local all, fields = redis.call('HGETALL', key), {}
    for i = 1, #all, 2 do fields[#fields + 1] = all[i] .. '|' .. all[i + 1] end
    table.sort(fields)
    v = fields
  end
  lines[#lines + 1] = key .. '|' .. kind .. '|' .. string.format('%d', redis.call('PEXPIRETIME', key)) .. '|' .. table.concat(v, '|')
end
if ARGV[1] == 'all' then return lines end
return redis.sha1hex(table.concat(lines, '\\n'))
"""
# What a walk is made of, by weight. A focused walk takes some of it only.
MIX = {'enqueue': 16, 'exchange': 40, 'tick': 9, 'jump_back': 1, 'kill': 2, 'reap': 7, 'cancel': 6, 'requeue': 6,
       'stop': 3, 'delete': 4, 'pause': 2, 'resume': 2, 'find': 3, 'list': 3, 'stats': 2, 'purge': 1.5, 'trim': 3,
       'wait': 5, 'take_wake': 3, 'take_done': 2}


# Parts alone, most of them of exchange: weights, kinds of settles, TTLs.
FOCUSED = {
    'settle': ({'enqueue': 10, 'exchange': 30, 'stop': 4, 'delete': 8, 'tick': 4, 'wait': 4, 'take_done': 2},
               ['finished', 'failed', 'stopped', 'canceled', 'return']),
    'children': ({'enqueue': 6, 'exchange': 30, 'delete': 8, 'tick': 6, 'take_wake': 8, 'pause': 2, 'resume': 2},
                 ['finished', 'finished', 'finished', 'failed', 'retry'], [1000, 1000, 500_000]),
    'promote': ({'enqueue': 10, 'exchange': 20, 'tick': 15, 'jump_back': 2, 'cancel': 3, 'delete': 6}, ['retry', 'snooze', 'unknown']),
    'claim': ({'enqueue': 12, 'exchange': 25, 'cancel': 6, 'delete': 6, 'requeue': 8, 'tick': 4, 'kill': 2, 'reap': 6}, ['return', 'finished']),
    'ghosts': ({'enqueue': 14, 'cancel': 6, 'delete': 8, 'requeue': 6, 'list': 8, 'purge': 4, 'stats': 3, 'exchange': 6}, ['finished', 'return']),
    'wake': ({'enqueue': 8, 'exchange': 16, 'take_wake': 10, 'pause': 4, 'resume': 4, 'tick': 4, 'requeue': 4, 'purge': 2}, ['finished', 'return']),
    'expiry': ({'enqueue': 20, 'exchange': 40, 'tick': 10, 'jump_back': 10, 'trim': 4, 'list': 3, 'stats': 3}, ['failed', 'failed', 'canceled', 'stopped'], [1000, 1000, 1000, 500_000]),
}


class Mismatch(Exception):
    def __init__(self, step, text):
        super().__init__(text)
        self.step = step


class Walk:
    def __init__(self, client, seed, mix=None, kinds=None, ttls=None, batch=BATCH, patches=()):
        self.client, self.random = client, random.Random(seed)
        patches = (*LIMIT_PATCHES, *patches)
        client.call('FLUSHALL')
        client.call('SCRIPT', 'FLUSH')
        self.scripts = Scripts(client, is_clock_fake=True, patches=patches)
        self.dump_sha = client.call('SCRIPT', 'LOAD', DUMP)
        self.queues = [Queue('lq:{q1}'), Queue('lq:{q2}')]
        self.model = Model(self.queues, START)
        self.mix = mix or MIX
        self.operations = [getattr(self, name) for name in self.mix]
        self.weights = list(self.mix.values())
        self.kinds, self.ttls = kinds or KINDS, ttls or TTLS
        self.batch, self.pending, self.step, self.n_workers = batch, [], 0, 0
        self.workers = [self.new_worker() for _ in range(3)]
        self.seen = {}
        for q in self.queues:
            client.call('HSET', q.base + ':meta', 'max_failed', q.meta['max_failed'])
        self.set_clock(START)

    def new_worker(self):
        """known: what it thinks it runs, id -> (token, record); received: the highest token; past: settles sent."""
        self.n_workers += 1
        return SimpleNamespace(name=f'w{self.n_workers}.{self.n_workers:032}', known={q.base: {} for q in self.queues},
                               received={q.base: 0 for q in self.queues}, past=[])

    # ---- Sending and comparing ----

    def expect(self, command, reply, what, check=None):
        self.pending.append((self.step, command, reply, what, check))

    def script(self, name, q, args, reply, check=None):
        self.expect(self.scripts.command(name, q.base, *args), reply, (name, q.base, *args), check)

    def flush(self):
        pending, self.pending = self.pending, []
        replies = self.client.many([command for _, command, _, _, _ in pending])
        for (step, _, expected, what, check), reply in zip(pending, replies):
            if isinstance(reply, RespError) or (check or self.is_same)(expected, reply) is False:
                raise Mismatch(step, f'step {step}: {what}\n  model: {expected}\n  redis: {reply}')

    @staticmethod
    def is_same(expected, reply):
        return expected == reply

    def compare(self):
        lines = {}
        for q in self.queues:
            lines.update(q.dump())
        if self.batch == 1:
            self.expect(('EVALSHA', self.dump_sha, 0, 'all'), [lines[key] for key in sorted(lines)], 'all keys', self.is_dump_same)
        else:
            text = b'\n'.join(lines[key] for key in sorted(lines))
            self.expect(('EVALSHA', self.dump_sha, 0), hashlib.sha1(text).hexdigest().encode(), 'all keys')

    def is_dump_same(self, expected, reply):
        if expected == reply:
            return True
        for line in sorted(set(expected) ^ set(reply)):
            print(f'#   {"model" if line in expected else "redis"}: {line}')
        return False

    def set_clock(self, now):
        self.model.now = now
        self.expect(('SET', 'clock:s', now // 1000), b'OK', 'clock')
        self.expect(('SET', 'clock:us', now % 1000 * 1000 + 999), b'OK', 'clock')

    def run(self, steps):
        while self.step < steps:
            self.step += 1
            operation = self.random.choices(self.operations, self.weights)[0]
            operation(self.random.choice(self.queues))
            self.seen[operation.__name__] = self.seen.get(operation.__name__, 0) + 1
            if self.step % 3 == 0:
                self.compare()
            if len(self.pending) >= self.batch:
                self.flush()
        self.compare()
        self.flush()

    # ---- The operations ----

    def envelope(self, key):
        return rec.envelope(key, 'h', self.random.randbytes(self.random.randrange(40)), self.step)

    def when(self):
        r, now = self.random, self.model.now
        return r.choice(['0', '0', '0', '+0', f'+{r.randrange(1, 40_000)}', str(now + r.randrange(40_000)), str(now - 5)])

    def child(self, groups):
        r, settles = self.random, [(g.queue, job[3]) for g in groups for job in g.jobs]
        parent = r.randrange(len(settles))
        q, key = settles[parent] if r.random() < 0.3 else (r.choice(self.queues), r.choice(['', *KEYS]))
        return (parent, q, self.when(), r.random() < 0.4, key, r.choice([0, 0, 20_000]), r.choice(CHILD_IDS), self.envelope(key))

    def enqueue(self, q):
        r, is_unique = self.random, self.random.random() < 0.4
        is_front = r.random() < 0.3
        when = self.when()
        jobs, args = [], []
        for _ in range(r.randrange(1, 6)):
            key = r.choice(['', *KEYS]) if is_unique else ''
            job = (r.choice(IDS), self.envelope(key), key, r.choice([0, 0, 20_000]))
            jobs.append(job)
            args += job if is_unique else job[:2]
        reply = self.model.enqueue(q, is_front, when, is_unique, jobs)
        self.script('enqueue', q, (int(is_front), when, int(is_unique), *args), reply)

    def groups(self, worker, serve):
        """Settles of what the worker runs, repeated ones, foreign ones; some ids twice in one call."""
        r, groups = self.random, []
        for q in serve:
            known = list(worker.known[q.base].items())
            r.shuffle(known)
            chosen = [(id, token, record) for id, (token, record) in known[:r.randrange(4)]]
            while chosen:
                n = r.randrange(1, len(chosen) + 1)
                groups.append(self.group(worker, q, chosen[:n]))
                chosen = chosen[n:]
            if r.random() < 0.1:
                token = max(self.model.now * 1024 - r.randrange(3), 1)
                groups.append(self.group(worker, q, [(r.choice(IDS), token, self.envelope(None))]))
        old = [g for g in worker.past if g.queue in serve]
        if old and r.random() < 0.25:
            groups.append(SimpleNamespace(**vars(r.choice(old))))
        if groups and r.random() < 0.1:
            groups.append(SimpleNamespace(**vars(r.choice(groups))))
        worker.past = (worker.past + groups)[-6:]
        return groups

    def group(self, worker, q, jobs):
        r, kind = self.random, self.random.choice(self.kinds)
        code = rec.KINDS[kind]
        mode = r.choice('sat' if code >= 8 else 'sa')
        ms = r.choice(self.ttls) if code >= 8 else r.choice([0, 1, 5000, 30_000])
        if mode == 't':
            ms = r.choice([1000, 60_000])
        g = SimpleNamespace(queue=q, kind=kind, ms=ms, mode=mode, jobs=[], codes=[])
        for id, token, record in jobs:
            data = rec.settling(record, self.model.now + r.randrange(-5, 5), worker.name, token, code, rec.binary(r.randbytes(r.randrange(9))))
            key = record[3:3 + record[2] - 0xa0].decode() if record[2] != 0xc0 else ''
            g.jobs.append((id, token, record + data if mode == 's' else data, key))
        return g

    def exchange(self, _):
        r = self.random
        worker = r.choice(self.workers)
        serve = r.sample(self.queues, r.choice([1, 2, 2]))
        keys = serve + [q for q in self.queues if q not in serve]
        groups, want = self.groups(worker, serve), r.choice([0, 0, 1, 2, 3, 5, 20])
        children = []
        if groups and r.random() < 0.4:
            for _ in range(r.randrange(1, 5)):
                children.append(self.child(groups))
        args = [worker.name, LEASE, want, len(serve), len(groups), len(children)]
        args += [worker.received[q.base] for q in serve]
        for g in groups:
            is_unique = any(key for _, _, _, key in g.jobs)
            args += [serve.index(g.queue) + 1, g.kind, g.ms, g.mode, int(is_unique), len(g.jobs)]
            for job in g.jobs:
                args += job if is_unique else job[:3]
        for parent, q, when, is_front, key, *rest in children:
            args += [parent + 1, keys.index(q) + 1, when, int(is_front), key, *rest]
        reply = self.model.exchange(worker.name, LEASE, want, [(q, worker.received[q.base]) for q in serve], groups, children)
        self.expect(self.scripts.command('exchange', [q.base for q in keys], *args), reply, ('exchange', *args))
        if r.random() >= 0.05:
            self.receive(worker, serve, groups, reply)

    def receive(self, worker, serve, groups, reply):
        for g in groups:
            for id, token, _, _ in g.jobs:
                if worker.known[g.queue.base].get(id, (0,))[0] == token:
                    del worker.known[g.queue.base][id]
        for q, jobs in zip(serve, reply[1]):
            for id, token, record in zip(jobs[::3], jobs[1::3], jobs[2::3]):
                worker.known[q.base][id.decode()] = (int(token), record)
                worker.received[q.base] = max(worker.received[q.base], int(token))

    def move_clock(self, now):
        self.set_clock(now)
        gone = [key for q in self.queues for key in q.sweep(now)]
        if gone:
            self.expect(('DEL', *gone), len(gone), 'expiry')

    def tick(self, _):
        self.move_clock(self.model.now + self.random.choice([1, 50, 3000, LEASE // 3, LEASE, LEASE * 3 // 2, 700_000 if self.random.random() < 0.2 else 10]))

    def jump_back(self, _):
        self.move_clock(self.model.now - self.random.choice([1, 700, 20_000]))

    def kill(self, _):
        self.workers[self.random.randrange(3)] = self.new_worker()

    def reap(self, q):
        limit, max_lost, ttl = self.random.choice([1, 2, 100]), self.random.choice([2, 3]), self.random.choice([0, 50_000, FOREVER])
        self.script('reap', q, (limit, max_lost, ttl), self.model.reap(q, limit, max_lost, ttl))

    def cancel(self, q):
        id, ttl = self.random.choice(IDS), self.random.choice([0, 40_000, DAY, FOREVER])
        self.script('cancel', q, (id, ttl), self.model.cancel(q, id, ttl))

    def requeue(self, q):
        id, is_front = self.random.choice(IDS), self.random.random() < 0.5
        self.script('requeue', q, (id, int(is_front)), self.model.requeue(q, id, is_front))

    def stop(self, q):
        id = self.random.choice(IDS)
        self.script('stop', q, (id,), self.model.stop(q, id))

    def delete(self, q):
        id = self.random.choice(IDS)
        self.script('delete', q, (id,), self.model.delete(q, id))

    def pause(self, q):
        ms = self.random.choice([0, 20_000])
        self.script('pause', q, (ms,), self.model.pause(q, ms))

    def resume(self, q):
        self.script('resume', q, (), self.model.resume(q))

    def find(self, q):
        id = self.random.choice(IDS)
        self.script('find', q, (id,), self.model.find(q, id), self.is_found)

    @staticmethod
    def is_found(expected, reply):
        if not expected or not reply:
            return expected == reply
        expiry, ttl = expected[-1], int(reply[-1])
        is_ttl_right = ttl == -1 if expiry is None else abs(expiry - ttl - time.time() * 1000) < PTTL_SLACK
        return expected[:-1] == reply[:-1] and is_ttl_right

    def list(self, q):
        state = self.random.choice(['queued', 'queued', 'scheduled', 'started', 'finished', 'failed', 'canceled', 'stopped'])
        self.script('list', q, (state, '', 1000), (state, self.model.list(q, state)), self.is_list_same)

    @staticmethod
    def is_list_same(expected, reply):
        state, rows = expected
        size, flat = 4 if state == 'started' else 3, [part.decode() for part in reply]
        found = [(flat[i], flat[i + 1], *flat[i + 3:i + size]) for i in range(0, len(flat) - 1, size)]
        return found == rows and flat[-1] == ''

    def stats(self, q):
        self.script('stats', q, (), self.model.stats(q))

    def purge(self, q):
        state = self.random.choice(['queued', 'scheduled', 'finished', 'failed', 'canceled', 'stopped'])
        limit = self.random.choice([1, 3, 500])
        self.script('purge', q, (state, limit), self.model.purge(q, state, limit))

    def trim(self, q):
        limit = self.random.choice([1, 2, 200])
        self.script('trim', q, (limit,), self.model.trim(q, limit))

    def wait(self, q):
        id, nonce, may_be_missing = self.random.choice(IDS), self.random.choice(NONCES), self.random.random() < 0.3
        self.script('wait', q, (id, nonce, int(may_be_missing)), self.model.wait(q, id, nonce, may_be_missing))

    def take_wake(self, q):
        reply, q.wake = b'1' if q.wake else None, False
        self.expect(('LPOP', q.base + ':wake'), reply, 'take_wake')

    def take_done(self, q):
        nonce = self.random.choice(NONCES)
        messages = q.done.get(nonce)
        reply = messages[0].pop(0) if messages else None
        if messages and not messages[0]:
            del q.done[nonce]
        self.expect(('LPOP', f'{q.base}:done:{nonce}'), reply, 'take_done')


def walk(client, seed, steps, part=(MIX,), is_quiet=False, patches=()):
    """Runs a walk, whole or a FOCUSED part; on a difference shows it step by step and raises it."""
    try:
        it = Walk(client, seed, *part, patches=patches)
        it.run(steps)
        return it
    except Mismatch as first:
        if is_quiet:
            raise
        Walk(client, seed, *part, batch=1, patches=patches).run(steps)
        raise first
