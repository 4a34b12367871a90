#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Situations that a random walk does not come to: many jobs, pages, foreign hands, bad arguments."""

import lqtest
import record as rec
from driver import Hand, envelope
from places import faults, state
from scripts import EMBED, FOLDER, names
from server import Client, RespError, Server

server = Server()
server.client = None


def hand(**how):
    return Hand(server.client, **how)


def numbered(n, word='j'):
    return [f'{word}{i:05}' for i in range(n)]


def ids_of(rows):
    return [row[0] for row in rows]


BAD = {
    'enqueue': [[], [0, '0', 0], [0, '0', 0, 'id'], [0, '0', 0, 'id', b'\x01'], [0, 'x', 0, 'id', envelope()], [0, '-5', 0, 'id', envelope()],
                [0, '9' * 30, 0, 'id', envelope()], [0, '0', 1, 'id', envelope()], [0, '0', 0, *['id', envelope()] * 1001]],
    'exchange': [[], ['w', 0, 1, 1, 0, 0, 0], ['w', 1, 101, 1, 0, 0, 0], ['w', 1, 1, 2, 0, 0, 0, 0], ['w', 1, 1, 1, 0, 0], ['w', 1, 1, 1, 0, 0, 0, 'more'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'lost', 5, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x04'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'finished', 5, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x09'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'finished', 5, 'a', 0, 1, 'id', 1, b'\x08'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'finished', 0, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x08'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'retry', 5, 't', 0, 1, 'id', 1, b'x' * 30 + b'\x01'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'retry', -1, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x01'],
                 ['w', 1, 1, 1, 1, 0, 0, 2, 'retry', 1, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x01'],
                 ['w', 1, 1, 1, 1, 0, 0, 1, 'retry', 1, 's', 0, 2, 'id', 1, b'x' * 30 + b'\x01'],
                 ['w', 1, 100, 1, 1, 0, 0, 1, 'retry', 1, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x01'],
                 ['w', 1, 1, 1, 0, 1, 0, 1, 1, '0', 0, '', 0, 'id', envelope()],
                 *[['w', 1, 1, 1, 1, 1, 0, 1, 'finished', 5, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x08', *child] for child in [
                     [], [2, 1, '0', 0, '', 0, 'id', envelope()], [1, 2, '0', 0, '', 0, 'id', envelope()],
                     [1, 1, 'x', 0, '', 0, 'id', envelope()], [1, 1, str(2 ** 53 + 2), 0, '', 0, 'id', envelope()],
                     [1, 1, '-1', 0, '', 0, 'id', envelope()], [1, 1, '0', 0, 'k', -1, 'id', envelope()],
                     [1, 1, '0', 0, 'k', '1.5', 'id', envelope()], [1, 1, '0', 0, 'k', '', 'id', envelope()],
                     [1, 1, '0', 0, '', 0, 'id', b'\x08'], [1, 1, '0', 0, '', 0, 'id']]],
                 ['w', 1, 1, 1, 1, 3001, 0, 1, 'finished', 5, 's', 0, 1, 'id', 1, b'x' * 30 + b'\x08',
                  *[part for n in range(3001) for part in (1, 1, '0', 0, '', 0, f'c{n}', envelope())]]],
    'reap': [[], [0, 1, 1], [1001, 1, 1], [1, 0, 1], [1, 1, -2], ['x', 1, 1]],
    'cancel': [['id'], ['id', -2], ['id', '1.5']],
    'pause': [[], [-1], ['x']],
    'purge': [['queued'], ['queued', 0], ['queued', 501], ['started', 1], ['lost', 1], ['', 1]],
    'trim': [[], [0], [201]],
    'list': [['queued', ''], ['queued', '', 0], ['queued', '', 1001], ['lost', '', 1], ['queued', 'x', 1], ['queued', '1;', 1],
             ['scheduled', '1', 1], ['failed', 'x,1,id', 1], ['finished', 'z1', 1], ['started', 'w', 1]],
}


def setUpModule():
    server.start()
    server.client = Client(server.socket)


def tearDownModule():
    server.client.close()
    server.close()


class Scripts(lqtest.TestCase):
    def test_pages_of_the_queue(self):
        h = hand()
        ids = numbered(1700)
        h.enqueue(ids)
        for id in ids[10:700]:
            h.run('delete', id)
        # Alive again behind a ghost each, on another page; one of them twice.
        h.enqueue(ids[10:20])
        h.run('delete', ids[10])
        h.enqueue([ids[10]])
        order = ids[:10] + ids[700:] + ids[11:20] + [ids[10]]
        for limit in (1, 7, 100, 1000):
            assert ids_of(h.pages('queued', limit)) == order, f'pages of {limit}'
        assert ids_of([job for _ in range(12) for job in h.claim(100)]) == order

    def test_pages_of_equal_scores(self):
        h = hand()
        h.enqueue(numbered(600), when=str(2 ** 50))
        assert ids_of(h.pages('scheduled', 7)) == numbered(600)
        # The row that the cursor names leaves between two pages: none of the others is passed over.
        gone = []

        def cancel_last():
            last = h.client.call('ZRANGE', h.key('scheduled'), 6 * len(gone) + 6, 6 * len(gone) + 6)
            if last:
                gone.append(last[0].decode())
                h.run('cancel', last[0], 0)

        assert set(ids_of(h.pages('scheduled', 7, cancel_last))) == set(numbered(600))

    def test_pages_of_started_and_ended(self):
        h = hand()
        h.enqueue(numbered(300))
        for worker in ('b', 'a', 'c'):
            h.claim(100, worker)
        rows = h.pages('started', 7)
        assert [row[3] for row in rows] == ['a'] * 100 + ['b'] * 100 + ['c'] * 100
        assert ids_of(rows) == numbered(300)[100:200] + numbered(300)[:100] + numbered(300)[200:]
        h = hand()
        h.enqueue(numbered(300))
        h.work_off(150, ms=500_000)
        h.work_off(150, ms=-1)
        assert ids_of(h.pages('finished', 7)) == numbered(150)[::-1] + numbered(300)[150:][::-1]
        for id in numbered(200):
            h.run('requeue', id, 0)
        h.work_off(200, 'failed', 10_000_000)
        assert sorted(ids_of(h.pages('failed', 9))) == numbered(200)
        assert sorted(ids_of(h.pages('finished', 9))) == numbered(300)[200:]

    def test_entries_by_foreign_hands(self):
        h = hand()
        h.enqueue(['held', 'done', 'gone', 'good'])
        h.claim(1)
        server.client.call('SET', h.key('job:done'), envelope() + rec.entry(1, None, rec.NIL, 0, 0, 0, 1, rec.FAILED))
        server.client.call('SET', h.key('job:stone'), rec.tail(5, 0, 0, 1, rec.FINISHED))
        server.client.call('DEL', h.key('job:gone'))
        server.client.call('LPUSH', h.key('wait'), 'stone', 'held', 'good')
        assert ids_of(h.claim(10)) == ['good'], 'only the job itself, and once'
        assert server.client.call('HGET', h.key('stats'), 'twice') == b'2'

    def test_ghosts_heal(self):
        h = hand()
        h.enqueue(['a'])
        server.client.call('HSET', h.key('ghosts'), 'a', 1, 'b', 7)
        server.client.call('HSET', h.key('meta'), 'ghosts', 8)
        h.claim(5)
        assert not server.client.call('EXISTS', h.key('ghosts')) and not server.client.call('HEXISTS', h.key('meta'), 'ghosts')
        h.enqueue(['b'])
        assert ids_of(h.claim(5)) == ['b']

    def test_an_evicted_record(self):
        h = hand()
        h.enqueue(['a', 'b'])
        jobs = h.claim(2)
        server.client.call('DEL', h.key('job:a'))
        reply = h.settle(jobs, 'retry', 0, 'a')
        assert reply[0] == 2 and not server.client.call('EXISTS', h.key('job:a')), 'no husk of an entry alone'
        b = h.claim(1)
        server.client.call('DEL', h.key('job:b'))
        again = h.exchange(5, received=b[0][1] - 1)
        assert again[1] == [[]] and again[3] == [0], 'what was evicted is dropped, not given'
        h.enqueue(['c', 'd', 'e'])
        h.claim(3)
        server.client.call('DEL', h.key('job:c'))
        server.client.call('APPEND', h.key('job:d'), rec.entry(1, None, rec.NIL, 0, 0, 0, 1, rec.FAILED))
        h.expire_lease()
        assert h.run('reap', 100, 3, 1000) == [1, 0, 0] and server.client.call('LRANGE', h.key('wait'), 0, -1) == [b'e']

    def test_ten_thousand_finished(self):
        h = hand()
        h.enqueue(numbered(10_250))
        h.work_off(10_250)
        listed = server.client.call('LRANGE', h.key('finished'), 0, -1)
        assert [id.decode() for id in listed] == numbered(10_250)[250:]
        assert h.run('stats')[10] == 10_250

    def test_the_cap_on_failures(self):
        h = hand()
        server.client.call('HSET', h.key('meta'), 'max_failed', 700)
        h.enqueue(numbered(1500))
        jobs = [job for _ in range(15) for job in h.claim(100)]
        for n, i in enumerate(range(0, 1500, 100)):
            h.settle(jobs[i:i + 100], 'failed', 10_000_000 + n)
        assert server.client.call('ZCARD', h.key('failed')) == 700, 'exchange cuts as it adds'
        assert server.client.call('EXISTS', *[h.key('job:' + id) for id in numbered(1500)]) == 700
        assert server.client.call('EXISTS', h.key('job:j01499')) == 1, 'what would expire last stays'
        # A stale member names a job enqueued anew: its record stays.
        server.client.call('ZADD', h.key('failed'), 10 ** 13, 'again')
        h.enqueue(['again'])
        server.client.call('HSET', h.key('meta'), 'max_failed', 0)
        cut = [h.run('trim', 200)[0] for _ in range(5)]
        assert cut == [200, 200, 200, 101, 0], cut
        assert server.client.call('KEYS', h.key('job:*')) == [h.key('job:again').encode()]

    def test_trim_of_the_expired(self):
        h = hand()
        flat = [part for i, id in enumerate(numbered(450)) for part in (1000 + i, id)]
        server.client.call('ZADD', h.key('kept'), *flat, 2 ** 50, 'later', 'inf', 'ever')
        assert [h.run('trim', 200)[0] for _ in range(4)] == [200, 200, 50, 0]
        assert server.client.call('ZRANGE', h.key('kept'), 0, -1) == [b'later', b'ever']

    def test_purge_beyond_a_call(self):
        h = hand()
        h.enqueue(numbered(1300))
        for id in numbered(1300)[100:300]:
            h.run('cancel', id, 0)
        h.run('wait', 'j00000', 'n', 0)
        removed = [h.run('purge', 'queued', 500) for _ in range(3)]
        assert removed == [[300, 800], [500, 300], [300, 0]], removed
        assert server.client.call('LPOP', h.key('done:n')) == b'', 'who waits is told'
        assert not faults(server.client, h.base) and len(server.client.call('KEYS', h.key('job:*'))) == 200
        h.enqueue(numbered(1300, 'k'))
        h.work_off(600)
        h.work_off(700, ms=-1)
        removed = [h.run('purge', 'finished', 500) for _ in range(4)]
        assert removed == [[500, 800], [500, 300], [300, 0], [0, 0]], removed
        h.enqueue(numbered(600, 'l'), when='+90000')
        assert [h.run('purge', 'scheduled', 500) for _ in range(2)] == [[500, 100], [100, 0]]
        assert h.client.call('KEYS', h.key('job:[kl]*')) == []

    def test_order_at_the_front(self):
        h = hand()
        h.enqueue(['a', 'b'])
        h.enqueue(['c', 'd'], is_front=1)
        assert ids_of(h.claim(4)) == ['c', 'd', 'a', 'b']
        h.expire_lease()
        for _ in range(4):
            h.run('reap', 1, 3, 1000)
        assert ids_of(h.claim(4)) == ['c', 'd', 'a', 'b'], 'several small reaps keep the order'

    def test_many_who_wait(self):
        h = hand()
        h.enqueue(['a'])
        for n in range(130):
            assert h.run('wait', 'a', f'n{n}', 0) == b'wait'
        assert server.client.call('SCARD', h.key('waits:a')) == 100
        jobs = h.claim(1)
        h.settle(jobs, 'finished', 1000, 't')
        told = server.client.call('KEYS', h.key('done:*'))
        assert len(told) == 100 and server.client.call('LPOP', told[0]) == jobs[0][2] + rec.settling(jobs[0][2], 1, 'w', jobs[0][1], rec.FINISHED)
        assert server.client.call('STRLEN', h.key('job:a')) == rec.TAIL and not server.client.call('EXISTS', h.key('waiters'))

    def test_one_mebibyte_a_call(self):
        h = hand()
        h.enqueue(numbered(60), args=b'x' * 60_000)
        first = h.claim(50)
        assert 17 <= len(first) <= 32, 'stops after the pop that crosses 1 MiB'
        again = h.exchange(50, received=0)[1][0]
        assert again[1::3] == [b'%d' % token for _, token, _ in first[:18]], 'oldest first, and no new one before all of them'
        assert server.client.call('ZCARD', h.key('held:w')) == len(first)

    def test_bad_arguments(self):
        h = hand()
        h.enqueue(['id', 'other'])
        before, n = state(server.client), 0
        for name, calls in BAD.items():
            for args in calls:
                try:
                    reply = h.run(name, *args)
                    raise AssertionError(f'{name} {args[:24]} answers {reply}')
                except RespError as error:
                    assert str(error).startswith('LQBAD ' + name), f'{name} {args[:24]}: {error}'
                n += 1
        assert state(server.client) == before, 'something was written'

    def test_three_thousand_children(self):
        """One command of each kind takes them all: unpack() has its limit after the first writes, where it must not be met."""
        for when, is_front, place in (('0', 0, 'wait'), ('0', 1, 'wait'), ('+9000', 0, 'scheduled')):
            h = hand()
            h.enqueue(['parent'])
            [(id, token, record)] = h.claim(1)
            done = record + rec.settling(record, 1, 'w', token, rec.FINISHED)
            children = [('lq:{kids}', when, is_front, f'k{i}', 50_000, id, envelope(key=f'k{i}')) for i, id in enumerate(numbered(3000))]
            assert h.exchange(groups=[('finished', 1000, 's', [(id, token, done)])], children=children)[0] == 1
            assert len(server.client.call('KEYS', 'lq:{kids}:lock:*')) == 3000
            read = ('LRANGE',) if place == 'wait' else ('ZRANGE',)
            assert [id.decode() for id in server.client.call(*read, f'lq:{{kids}}:{place}', 0, -1)] == numbered(3000)
            assert not faults(server.client, 'lq:{kids}') and not faults(server.client, h.base)

    def test_no_script(self):
        h = hand()
        server.client.call('SCRIPT', 'FLUSH')
        for name in names():
            try:
                h.run(name)
                raise AssertionError(name + ' ran')
            except RespError as error:
                assert str(error).startswith('NOSCRIPT')
        assert server.client.call('EVAL', h.scripts.text['resume'], 1, h.base) == 1 and h.run('resume') == 1

    def test_embedded_as_composed(self):
        for name in names():
            text = EMBED.compose(FOLDER / (name + '.lua'))
            header = EMBED.header(name, text)
            quoted = ''.join(line.strip().rstrip(';')[1:-1] for line in header.split('\n') if line.startswith('\t"'))
            assert quoted.replace('\\\\', '\0').replace('\\"', '"').replace('\\n', '\n').replace('\0', '\\') == text, name
            assert f'"{server.client.call("SCRIPT", "LOAD", text).decode()}"' in header

    def test_readers_only_read(self):
        h = hand()
        h.enqueue(numbered(3))
        h.claim(1)
        for name, args in (('find', ['j00000']), ('stats', []), ('list', ['queued', '', 10]), ('list', ['started', '', 10]),
                           ('list', ['scheduled', '', 10]), ('list', ['finished', '', 10]), ('list', ['failed', '', 10])):
            assert server.client.call('EVALSHA_RO', h.scripts.sha[name], 1, h.base, *args)

    def test_large_head(self):
        h = hand()
        h.enqueue(['a'], args=b'y' * 20_000)
        head = h.run('stats')[12]
        assert len(head) == 4096 and server.client.call('GET', h.key('job:a')).endswith(head)
        h.enqueue(['b'], is_front=1, args=b'y' * 10_000)
        assert h.run('stats')[12] == server.client.call('GET', h.key('job:b'))


if __name__ == '__main__':
    lqtest.main()
