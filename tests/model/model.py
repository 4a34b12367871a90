# SPDX-License-Identifier: MIT
"""Every operation of docs/protocol.md section 3 on the Python state; each returns the reply expected."""
import record as rec
from state import DAY, FOREVER, HOUR, INDEXES, INF, MINUTE, CAP, MAX_FAILED, unique_of

__all__ = ['Model', 'HOUR', 'INF']


class Model:
    def __init__(self, queues, now):
        self.queues, self.now = queues, now

    def enqueue(self, q, is_front, when, is_unique, jobs):
        """jobs: (id, record, key, key_ttl)."""
        now = self.now
        due = now + int(when[1:]) if when[0] == '+' else int(when)
        codes, made, first = [], [], min(q.scheduled.values(), default=INF)
        for id, record, key, ttl in jobs:
            holder = q.lock[key][0] if is_unique and key in q.lock else None
            if id in q.job:
                codes.append(0)
            elif holder and holder != id:
                codes.append(holder.encode())
            else:
                codes.append(1)
                made.append(id)
                q.job[id] = [record, None]
                if is_unique and key:
                    q.lock[key] = [id, now + ttl if ttl else None]
        if not made:
            return codes
        if due > now:
            q.scheduled.update((id, due) for id in made)
        else:
            q.wait = made + q.wait if is_front else q.wait + made
        if due <= now or due < first:
            q.wake_up(now)
        q.count('enqueued', len(made))
        return len(jobs) if len(made) == len(jobs) else codes

    def reap(self, q, limit, max_lost, failure_ttl):
        now = self.now
        lapsed = sorted((end, w) for w, end in q.leases.items() if end <= now)
        if not lapsed:
            return [0, 0, 0]
        worker = lapsed[0][1]
        held = q.held.get(worker, {})
        back, failed, stopped = [], [], []
        for id in sorted(held, key=held.get, reverse=True)[:limit]:
            token = held.pop(id)
            snoozes, losses, attempts = rec.counters(q.job[id][0])
            kind, info, to = rec.LOST, rec.u64(token), back
            if losses + 1 >= max_lost:
                kind, info, to = rec.FAILED, rec.text('worker lost'), failed
            if id in q.stops:
                kind, info, to = rec.STOPPED, rec.text('worker lost'), stopped
                q.stops.discard(id)
                q.keep_size('stops', q.stops)
            to.append((id, rec.entry(now, worker, info, 0, snoozes, losses + 1, attempts, kind)))
        q.list_ended('failed', now, failure_ttl, [id for id, _ in failed])
        q.list_ended('stopped', now, DAY, [id for id, _ in stopped])
        q.events.update({'lost': len(back), 'lost for good': len(failed), 'stopped by reap': len(stopped)})
        for id, entry in back:
            q.wait.insert(0, id)
            q.job[id][0] += entry
        for id, entry in failed:
            q.finish(now, id, failure_ttl, entry)
        for id, entry in stopped:
            q.finish(now, id, DAY, entry)
        if not held:
            q.held.pop(worker, None)
            del q.leases[worker]
            q.ctl.pop(worker, None)
        if back:
            q.wake_up(now)
        q.count('lost', len(back) + len(failed) + len(stopped))
        q.count('failed', len(failed))
        q.count('stopped', len(stopped))
        return [len(back), len(failed) + len(stopped), int(any(end <= now for end in q.leases.values()))]

    def cancel(self, q, id, ttl):
        state = q.state(id)
        if state not in ('queued', 'scheduled'):
            return state.encode() if state else 0
        entry = rec.entry(self.now, None, rec.NIL, 0, *rec.counters(q.job[id][0]), rec.CANCELED)
        q.list_ended('canceled', self.now, ttl, [id])
        q.leave(id, state)
        q.finish(self.now, id, ttl, entry)
        q.count('canceled')
        return 1

    def delete(self, q, id):
        state = q.state(id)
        if state in (None, 'started'):
            return b'started' if state else 0
        if state in ('queued', 'scheduled'):
            q.leave(id, state)
        else:
            q.unlist(state, id)
        q.forget(self.now, id)
        return 1

    def requeue(self, q, id, is_front):
        state = q.state(id)
        if state is None or q.job[id][0][0] == 0xcf:
            return 0
        if not q.ended(id):
            return state.encode()
        key = unique_of(q.job[id][0])
        if key in q.lock and q.lock[key][0] != id:
            q.events['requeue locked'] += 1
            return b'locked'
        q.wait.insert(0 if is_front else len(q.wait), id)
        record = q.job[id][0] + rec.entry(self.now, None, rec.NIL, 0, 0, 0, 0, rec.REQUEUED)
        q.job[id] = [record, None]
        q.unlist(state, id)
        if key:
            q.lock[key] = [id, None]
        q.wake_up(self.now)
        return 1

    def stop(self, q, id):
        state = q.state(id)
        if state != 'started':
            return state.encode() if state else 0
        worker = q.holder(id)
        q.stops.add(id)
        q.keep_size('stops', q.stops)
        q.ctl.setdefault(worker, [[], None])[0].append(f'stop {id} {q.held[worker][id]}')
        q.ctl[worker][1] = self.now + HOUR
        return 1

    def find(self, q, id):
        """ttl_ms as the expiry, None for none: the caller knows the server's own clock."""
        state = q.state(id)
        if not state:
            return []
        worker = q.holder(id) if state == 'started' else None
        token = str(q.held[worker][id]) if worker else ''
        due = str(q.scheduled[id]) if state == 'scheduled' else ''
        return [state.encode(), q.job[id][0], (worker or '').encode(), token.encode(), due.encode(), q.job[id][1]]

    def wait(self, q, id, nonce, may_be_missing):
        if q.ended(id):
            return q.job[id][0]
        if id not in q.job and not may_be_missing:
            return 0
        nonces = q.waits.setdefault(id, [set(), None])
        if len(nonces[0]) < 100:
            nonces[0].add(nonce)
        nonces[1] = q.waiters[1] = self.now + MINUTE
        q.waiters[0].add(id)
        q.keep_size('waiters', q.waiters[0])
        return b'wait'

    def pause(self, q, ms):
        q.meta['paused'] = self.now + ms if ms else 0
        q.wake = False
        return 1

    def resume(self, q):
        q.meta.pop('paused', None)
        if q.waiting():
            q.wake = True
        return 1

    def trimmed(self, q, limit):
        left = limit
        for name in INDEXES:
            expired = [id for id, at in q.ranked(name) if at < self.now - 1000][:left]
            for id in expired:
                del q.index[name][id]
            left -= len(expired)
            cap = {'kept': INF, 'failed': MAX_FAILED}.get(name, CAP)
            above = min(max(len(q.index[name]) - cap, 0), left)
            for id, _ in q.ranked(name)[:int(above)]:
                if q.ended(id) == name:
                    del q.job[id]
                q.events[f'{name} above the cap'] += 1
                del q.index[name][id]
                left -= 1
        return limit - left

    def trim(self, q, limit):
        return [self.trimmed(q, limit)]

    def purge(self, q, state, limit):
        removed = 0

        def remove(ids):
            nonlocal removed
            for id in ids:
                if id in q.job and q.ended(id) == (None if state in ('queued', 'scheduled') else state):
                    q.forget(self.now, id)
                    removed += 1

        if state == 'queued':
            remove(q.pop(limit)[0])
            q.wake = q.wake and q.waiting() > 0
            return [removed, q.waiting()]
        left = 0
        if state == 'finished':
            ids, q.finished = q.finished[:limit], q.finished[limit:]
            remove(ids)
            limit, left = limit - len(ids), len(q.finished)
        name = 'kept' if state == 'finished' else state
        members = q.scheduled if state == 'scheduled' else q.index[name]
        ids = [id for id, _ in q.ranked(name)[:limit]]
        for id in ids:
            del members[id]
        remove(ids)
        return [removed, left + len(members)]

    def stats(self, q):
        paused = q.paused(self.now)
        head = next((q.job[id][0] for id in q.run_order() if q.is_live(id)), b'')
        listed = [sum(at > self.now for at in q.index[name].values()) for name in INDEXES]
        return [-1 if paused is None else paused, q.waiting(), len(q.scheduled), 0, sum(map(len, q.held.values())),
                len(q.finished) + listed[0], *listed[1:],
                *(q.stats.get(what, 0) for what in ('enqueued', 'finished', 'failed')), head, self.now]

    def list(self, q, state):
        """All rows, without cursors."""
        if state == 'queued':
            rows = [(id, '0') for id in q.run_order() if q.is_live(id)]
        elif state == 'scheduled':
            rows = [(id, str(due)) for id, due in q.ranked('scheduled')]
        elif state == 'started':
            rows = [(id, str(token), worker) for worker in sorted(q.leases)
                    for id, token in sorted(q.held[worker].items(), key=lambda item: item[1])]
        else:
            rows = [(id, '0') for id in reversed(q.finished)] if state == 'finished' else []
            for id, at in reversed(q.ranked('kept' if state == 'finished' else state)):
                if at > self.now:
                    rows.append((id, '-1' if at == INF else str(at)))
            rows = [row for row in rows if q.ended(row[0]) == state]
        seen = set()
        return [row for row in rows if not (row[0] in seen or seen.add(row[0]))]

    # ---- exchange ----

    def exchange(self, worker, lease, want, serve, groups, children):
        """serve: (queue, received); groups: queue kind ms mode jobs (id, token, record, key); children: parent queue when front key ttl id record."""
        now, seen = self.now, {}
        for g in groups:
            g.codes = [self.code_of(g, worker, seen, *job[:3]) for job in g.jobs]
            g.queue.events.update(f'code {code}' for code in g.codes)
        chosen = self.choose(groups, children)
        for q, _ in serve:
            q.leases[worker] = now + lease
            q.held.setdefault(worker, {})
            if q.paused(now) is None:
                q.meta.pop('paused', None)
        settled = [g.queue for g in groups if self.settle(g, worker)]
        self.make(chosen)
        jobs, n_held, nexts, trims = [], [], [], 200
        for q, received in serve:
            if q in settled:
                trims -= self.trimmed(q, trims)
            for id, due in q.ranked('scheduled')[:100]:
                if due <= now:
                    del q.scheduled[id]
                    q.wait.append(id)
            given = self.hand_out(q, worker, want, received)
            want -= len(given)
            jobs.append([part for id, token in given for part in (id.encode(), b'%d' % token, q.job[id][0])])
            q.wake = q.waiting() > 0 and q.paused(now) is None
            n_held.append(len(q.held[worker]))
            if not q.held[worker]:
                del q.held[worker], q.leases[worker]
            times = [at for at in (*q.scheduled.values(), *q.leases.values(), q.paused(now)) if at]
            nexts += [max(min(times) - now, 0)] if times else []
        codes = [code for g in groups for code in g.codes]
        return [len(codes) if all(code == 1 for code in codes) else codes, jobs, min(nexts, default=-1), n_held, now]

    def choose(self, groups, children):
        """Of the children those to make, by queue, and the earliest due time there was."""
        finished, free = [], set()
        for g in groups:
            finished += [code == 1 and g.kind == 'finished' for code in g.codes]
            free |= {(g.queue, job[3], job[0]) for job, code in zip(g.jobs, g.codes)
                     if code == 3 or code == 1 and g.kind in rec.STATES.values()}
        chosen, keys = {}, {}
        for parent, q, when, is_front, key, ttl, id, record in children:
            if not finished[parent]:
                continue
            due = self.now + int(when[1:]) if when[0] == '+' else int(when)
            first = min(q.scheduled.values(), default=INF)
            holder = keys.get((q, key)) or q.lock.get(key, (None,))[0]
            made = chosen.setdefault(q, (first, {}))[1]
            if id in q.job or id in made:
                continue
            if key and holder not in (None, id) and (q, key, holder) not in free:
                q.events['child locked'] += 1
                continue
            q.events["child with its parent's key"] += bool(key) and holder not in (None, id)
            made[id] = (due, is_front, key, ttl, record)
            keys[q, key] = id
        return chosen

    def make(self, chosen):
        now = self.now
        for q, (first, made) in chosen.items():
            later = {id: due for id, (due, *_) in made.items() if due > now}
            front = [id for id, (due, is_front, *_) in made.items() if due <= now and is_front]
            back = [id for id, (due, is_front, *_) in made.items() if due <= now and not is_front]
            q.scheduled.update(later)
            q.wait = front + q.wait + back
            for id, (_, _, key, ttl, record) in made.items():
                q.job[id] = [record, None]
                if key:
                    q.lock[key] = [id, now + ttl if ttl else None]
            if front or back or min(later.values(), default=INF) < first:
                q.wake_up(now)
            q.count('enqueued', len(made))
            q.events.update({'child delayed': len(later), 'child at front': len(front), 'child': len(made)})

    @staticmethod
    def code_of(g, worker, seen, id, token, record):
        q = g.queue
        key = (q.base, id)
        if seen.get(key) == token:
            return 2
        if q.held.get(worker, {}).get(id) == token and key not in seen:
            seen[key] = token
            return 3 if id in q.stops and g.kind in ('retry', 'snooze', 'return', 'unknown') else 1
        stored = q.job[id][0] if id in q.job else b''
        return 2 if stored[-rec.TAIL:-12] == record[-rec.TAIL:-12] else 0

    def settle(self, g, worker):
        q, now, done = g.queue, self.now, [job for job, code in zip(g.jobs, g.codes) if code in (1, 3)]
        is_end = g.kind in rec.STATES.values()
        if not done:
            return False
        ids = [job[0] for job, code in zip(g.jobs, g.codes) if code == 1]
        stopped = [job[0] for job, code in zip(g.jobs, g.codes) if code == 3]
        if is_end:
            q.list_ended(g.kind, now, 0 if g.mode == 't' else g.ms, ids)
        q.list_ended('stopped', now, DAY, stopped)
        for id, token, data, key in done:
            del q.held[worker][id]
            q.stops.discard(id)
            ends, ms = is_end, g.ms
            record = data if g.mode == 's' else q.job[id][0] + data
            if id in stopped:
                record += rec.entry(now, worker, rec.NIL, token, *rec.counters(data), rec.STOPPED)
                ends, ms = True, DAY
            kept = record[-rec.TAIL:] if g.mode == 't' else record
            q.job[id] = [kept, now + ms if ends and ms != FOREVER else None]
            if ends:
                q.release(key, id)
                q.tell(now, id, record)
        if 'stops' in q.meta:
            q.keep_size('stops', q.stops)
        if g.kind == 'return':
            q.wait = sorted(ids, key=lambda id: next(job[1] for job in done if job[0] == id)) + q.wait
        elif not is_end:
            q.scheduled.update((id, now + g.ms) for id in ids)
        q.count({'retry': 'retried'}.get(g.kind, g.kind) if is_end or g.kind == 'retry' else 'stopped', len(ids) if is_end or g.kind == 'retry' else 0)
        q.count('stopped', len(stopped))
        return True

    def hand_out(self, q, worker, want, received):
        held = q.held[worker]
        again = sorted((token, id) for id, token in held.items() if token > received)
        given = [(id, token) for token, id in again[:want]]
        q.events['given again'] += len(given)
        if len(again) > want or len(given) == want or q.paused(self.now) is not None:
            return given
        token, n_new = max(self.now * 1024 - 1, q.meta.get('tok', 0)), 0
        looks = want + 500
        while len(given) < want and looks > 0:
            ids, taken = q.pop(min(want - len(given), looks, 16))
            if not taken:
                break
            looks -= taken
            for id in ids:
                if q.is_live(id):
                    token, n_new = token + 1, n_new + 1
                    held[id] = token
                    given.append((id, token))
        if n_new:
            q.meta['tok'] = token
            q.count('started', n_new)
        return given
