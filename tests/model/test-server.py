#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The scripts on a server that refuses or fails: no memory, no right, a key of another type, a cut AOF, slowness (TAP)."""
import os
import pathlib
import random
import re
import shutil
import sys

import record as rec
import tap
from driver import Hand, envelope
from places import faults, state
from scripts import ROOT, Scripts, texts
from server import Client, RedisError, Server
from walk import walk

server = Server()
N_CUTS = 30
SLOW_US = 5000
ATTEMPTS = 5


def refused(word, function, *args):
    try:
        reply = function(*args)
    except RedisError as error:
        assert str(error).startswith(word), f'{args}: {error}'
        return
    raise AssertionError(f'{args} answers {reply}, not {word}')


def populated(lease=30_000):
    """Jobs in every state: s scheduled, q waiting, h held (h0 asked to stop), f finished, x failed, c canceled."""
    h = Hand(server.client)
    h.enqueue([f'f{i}' for i in range(6)])
    h.work_off(3)
    h.work_off(3, ms=-1)
    h.enqueue([f'x{i}' for i in range(3)])
    h.work_off(3, 'failed', 10_000_000)
    h.enqueue([f'h{i}' for i in range(8)])
    h.jobs = h.claim(8, lease=lease)
    h.enqueue([f'c{i}' for i in range(3)])
    h.run('cancel', 'c0', 86_400_000)
    h.run('stop', 'h0')
    h.enqueue([f'q{i}' for i in range(5)])
    h.enqueue(['s0', 's1', 's2'], when='+500000')
    h.run('enqueue', 0, '0', 1, 'u0', envelope(key='key'), 'key', 0)
    h.run('wait', 'h1', 'nonce', 0)
    return h


def everything(h):
    """Each operation once, as (name, function); all are allowed in the state of populated()."""
    def settle(kind, ms, mode, i):
        return lambda: h.settle(h.jobs[i:i + 1], kind, ms, mode)

    calls = [(f'settle {kind} {mode}', settle(kind, ms, mode, i)) for i, (kind, ms, mode) in enumerate([
        ('retry', 5, 'a'), ('finished', 500_000, 's'), ('finished', -1, 'a'), ('failed', 1000, 'a'), ('stopped', 1000, 't'),
        ('snooze', 5, 's'), ('return', 0, 'a')])]
    calls += [('claim', lambda: h.claim(3)), ('renew', h.exchange), ('expire', h.expire_lease), ('reap', lambda: h.run('reap', 100, 10, 1000)),
              ('reap for good', lambda: (h.claim(1), h.expire_lease(), h.run('reap', 100, 1, 0))[-1])]
    calls += [(' '.join(map(str, call)), lambda call=call: h.run(*call)) for call in [
        ('cancel', 'q4', 1000), ('cancel', 's0', 0), ('delete', 'q3'), ('delete', 'f0'), ('delete', 'x0'), ('delete', 's1'),
        ('pause', 0), ('resume',), ('trim', 200), ('find', 'f1'), ('stats',), ('list', 'queued', '', 10), ('list', 'failed', '', 10),
        ('list', 'started', '', 10), ('list', 'finished', '', 1), ('wait', 'x1', 'n', 0), ('wait', 'new', 'n', 1),
        ('purge', 'scheduled', 500), ('purge', 'finished', 500), ('purge', 'failed', 500), ('purge', 'queued', 500)]]
    return calls


def fills(h):
    return [('enqueue', lambda: h.enqueue(['n0', 'n1'])), ('enqueue at the front', lambda: h.enqueue(['n2'], is_front=1)),
            ('enqueue for later', lambda: h.enqueue(['n3'], when='+90000')),
            ('enqueue unique', lambda: h.run('enqueue', 0, '0', 1, 'n4', envelope(key='k'), 'k', 5000)),
            ('requeue', lambda: h.run('requeue', 'x2', 0)), ('requeue at the front', lambda: h.run('requeue', 'c0', 1))]


def out_of_memory():
    h = populated()
    client = server.client
    client.call('CONFIG', 'SET', 'maxmemory', 1)
    try:
        before = state(client)
        for _, fill in fills(h):
            refused('OOM', fill)
        assert state(client) == before, 'a refused call has written'
        h.run('stop', 'h0')
        for name, call in everything(h):
            call()
            assert not faults(client, h.base), f'{name}: {faults(client, h.base)}'
    finally:
        client.call('CONFIG', 'SET', 'maxmemory', 0)
    for _, fill in fills(populated()):
        fill()


# ---- Rights ----

# In capitals too, but no commands.
OPTIONS = {'PXAT', 'LIMIT', 'BYSCORE', 'WITHSCORES', 'WRONGTYPE'}


def documented():
    """user -> rules, cumulative as the table of docs/protocol.md says them."""
    page = (ROOT / 'docs' / 'protocol.md').read_text().split('## 4. ACL')[1]
    rows = re.findall(r'^\| (`?[a-z ]+`?) \| (.*) \|$', page, re.M)
    rules, so_far = {}, []
    for user, cell in rows:
        if user == 'user':
            continue
        so_far = so_far + re.findall(r'`([^`]*)`', cell)[0].replace('\\|', '|').split()
        rules[user.strip('`')] = so_far
    assert list(rules) == ['enqueue', 'enqueue and wait', 'worker', 'lq'], list(rules)
    return rules


def client_of(user, rules):
    server.client.call('ACL', 'SETUSER', 'tester', 'reset', 'on', '>secret', *rules)
    client = Client(server.path)
    client.call('AUTH', 'tester', 'secret')
    return client


MAY_RUN = {
    'enqueue': ['enqueue'],
    'enqueue and wait': ['enqueue', 'wait'],
    'worker': ['enqueue', 'wait', 'exchange', 'reap', 'cancel', 'trim', 'pause', 'resume', 'stop'],
    'lq': ['enqueue', 'wait', 'exchange', 'reap', 'cancel', 'delete', 'requeue', 'stop', 'find', 'pause', 'resume', 'purge', 'trim', 'stats', 'list'],
}


def rights_cover_the_scripts():
    text = texts()
    for user, rules in documented().items():
        for name in MAY_RUN[user]:
            used = set(re.findall(r"'([A-Z]{2,})'", text[name])) - OPTIONS
            missing = {command for command in used if '+' + command.lower() not in rules}
            assert not missing, f'{user}, {name}: {missing}'


def rights_of_all_commands():
    h = populated()
    h.scripts.client = client_of('lq', documented()['lq'])
    for _, call in fills(h) + [('stop', lambda: h.run('stop', 'h0'))] + everything(h):
        call()
        assert not faults(server.client, h.base)
    for command in (('KEYS', '*'), ('FLUSHALL',), ('FLUSHDB',), ('CONFIG', 'SET', 'maxmemory', 0), ('GET', 'other')):
        refused('NOPERM', h.scripts.client.call, *command)


def rights_of_enqueue():
    h = populated()
    rules = documented()['enqueue']
    h.scripts.client = client_of('enqueue', rules)
    for name, call in fills(h):
        if name.startswith('enqueue'):
            call()
    h.scripts.client.call('SADD', 'lq:queues', 'q')
    before = state(server.client)
    refused('NOPERM', h.scripts.client.call, 'GET', h.key('job:f1'))
    refused('NOPERM', h.scripts.client.call, 'GETRANGE', h.key('job:f1'), 0, -1)
    for call in (lambda: h.exchange(5), lambda: h.run('find', 'f1'), lambda: h.run('delete', 'f1'), lambda: h.run('purge', 'queued', 5)):
        try:
            call()
            raise AssertionError('it ran')
        except RedisError as error:
            assert "can't run this command" in str(error) or 'NOPERM' in str(error), str(error)
    assert state(server.client) == before, 'a refused call has written'
    h.scripts.client = client_of('one queue', [rule for rule in rules if rule[0] != '~'] + ['~lq:{q}*', '~lq:queues'])
    h.enqueue(['mine'])
    refused('', lambda: h.scripts.run('enqueue', 'lq:{other}', 0, '0', 0, 'id', envelope()))


def takes_back_what_was_pushed():
    h = populated()
    rules = documented()
    for name, call in fills(h):
        without = '-append' if name.startswith('requeue') else '-mset'
        h.scripts.client = client_of('crippled', rules['lq'] + [without])
        before = state(server.client)
        try:
            call()
            raise AssertionError(name + ' ran')
        except RedisError:
            pass
        assert state(server.client) == before, f'{name} left something behind'


# ---- Keys of another type ----

KEYS = ['wait', 'ghosts', 'scheduled', 'deferred', 'held:w', 'leases', 'finished', 'kept', 'failed', 'canceled', 'stopped', 'stops',
        'waiters', 'waits:h1', 'done:nonce', 'wake', 'ctl:w', 'meta', 'lock:key', 'lock:k', 'stats']

LISTS = ('wait', 'finished', 'done', 'wake', 'ctl')


def wrong_type(kind):
    """Each operation with each key as a string or a list: it runs, or says so, and no job is lost."""
    n_refused = 0
    client = server.client
    for name in KEYS if kind == 'string' else [name for name in KEYS if name.split(':')[0] not in LISTS]:
        n_calls = len(everything(populated())) + 6
        for i in range(n_calls):
            h = populated()
            key, call = h.key(name), (fills(h) + everything(h))[i]
            if client.call('EXISTS', key):
                client.call('RENAME', key, 'aside')
            client.call(*(('SET', key, 'x') if kind == 'string' else ('RPUSH', key, 'x')))
            foreign = client.call('TYPE', key)
            try:
                call[1]()
            except RedisError as error:
                assert 'WRONGTYPE' in str(error), f'{name}, {call[0]}: {error}'
                n_refused += 1
            if client.call('EXISTS', 'aside'):
                client.call('RENAME', 'aside', key)
            elif client.call('TYPE', key) == foreign:
                client.call('DEL', key)
            found = [fault for fault in faults(client, h.base) if 'without a lease' not in fault]
            assert not found, f'{name} as a {kind}, {call[0]}: {found}'
    return f'{n_refused} refused'


# ---- Time, and the end of the AOF ----

def slow_calls(scenario):
    """The slow log of the best of several runs: other processes on the machine are not the scripts' fault."""
    client = server.client
    client.call('CONFIG', 'SET', 'slowlog-log-slower-than', SLOW_US)
    try:
        for _ in range(ATTEMPTS):
            h = Hand(client)
            scenario(h)
            slow = [entry for entry in client.call('SLOWLOG', 'GET', 100) if entry[3][0] in (b'EVALSHA', b'EVAL')]
            if not slow:
                return
        raise AssertionError(f'slower than {SLOW_US} us, {ATTEMPTS} times: {[(e[2], e[3][:1]) for e in slow]}')
    finally:
        client.call('CONFIG', 'SET', 'slowlog-log-slower-than', 10_000)


def exchange_is_quick():
    def scenario(h):
        ids = [f'job-{i:033}' for i in range(600)]
        h.enqueue(ids, args=os.urandom(4096))
        server.client.call('SLOWLOG', 'RESET')
        for mode in 'sat':
            h.settle(h.claim(100), 'finished', 500_000, mode)
            h.settle(h.claim(100), 'failed', 500_000, mode)
    slow_calls(scenario)


def reap_and_promote_are_quick():
    def scenario(h):
        client = server.client
        h.enqueue([f'job-{i:033}' for i in range(1000)], args=b'x' * 200)
        for _ in range(10):
            h.claim(100)
        h.expire_lease()
        flat = [part for i in range(100_000) for part in (1000 + i, f'due-{i}')]
        for i in range(0, len(flat), 20_000):
            client.call('ZADD', h.key('scheduled'), *flat[i:i + 20_000])
        client.call('SLOWLOG', 'RESET')
        while h.run('reap', 200, 3, 1000)[2]:
            pass
        for _ in range(10):
            h.exchange()
        h.run('list', 'scheduled', '', 1000)
        h.run('list', 'queued', '', 1000)
        h.run('purge', 'queued', 500)
        h.run('stats')
    slow_calls(scenario)


def aof_cut_anywhere():
    """A script's writes are one MULTI in the AOF: whatever byte it ends at, the places agree with the records."""
    with Server('--appendonly', 'yes', '--appendfsync', 'no') as first:
        done = walk(first.client, 5, 900)
        bases = [q.base for q in done.queues]
        first.stop()
        whole = pathlib.Path(first.folder, 'appendonlydir')
        size = next(whole.glob('*.incr.aof')).stat().st_size
        pick = random.Random(size)
        for _ in range(N_CUTS):
            again = Server('--appendonly', 'yes')
            shutil.copytree(whole, pathlib.Path(again.folder, 'appendonlydir'))
            cut = pick.randrange(size // 4, size)
            os.truncate(next(pathlib.Path(again.folder, 'appendonlydir').glob('*.incr.aof')), cut)
            with again:
                assert again.client.call('DBSIZE') > 0
                for base in bases:
                    assert not faults(again.client, base), f'cut at {cut}: {faults(again.client, base)}'
    return f'{N_CUTS} cuts of {size} bytes'


TESTS = [
    ('out of memory: filling is refused, draining runs', out_of_memory),
    ('the documented rights cover what the scripts call', rights_cover_the_scripts),
    ('every operation with the rights of lq', rights_of_all_commands),
    ('who may enqueue may read nothing', rights_of_enqueue),
    ('a place is taken back if its record is refused', takes_back_what_was_pushed),
    ('keys that are strings by mistake', lambda: wrong_type('string')),
    ('keys that are lists by mistake', lambda: wrong_type('list')),
    ('exchange of 100 jobs of 4 KiB stays below 5 ms', exchange_is_quick),
    ('reap, promote, list, purge stay below 5 ms', reap_and_promote_are_quick),
    ('an AOF cut at any byte', aof_cut_anywhere),
]

if __name__ == '__main__':
    tap.need_redis('LQ_TESTS_MUST_RUN' in os.environ)
    with server:
        status = tap.run(TESTS)
    sys.exit(status)
