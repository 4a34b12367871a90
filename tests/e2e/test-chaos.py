#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9, again and again, of managers, spawners and runners, and once of Redis: no job is lost or settled twice.

LQ_E2E_JOBS and LQ_E2E_KILLS for longer runs, LQ_E2E_SEED to repeat one.
"""

import collections
import os
import pathlib
import random
import signal

import jobs
import lqtest

N_JOBS = int(os.environ.get("LQ_E2E_JOBS", "2000"))
N_KILLS = int(os.environ.get("LQ_E2E_KILLS", "8"))
RUNNERS = 4
VICTIMS = ("manager", "spawner", "runner")


class Chaos(lqtest.TestCase):
    def start_worker(self):
        # The lease is short so that a killed worker's jobs come back while the test watches.
        return self.worker(
            self.redis, "-j", str(RUNNERS), "--lease", "2s",
            modules=[lqtest.find_built("e2e-module.so")],
            environ={"LQ_E2E_RUNS": str(self.runs)},
        )  # fmt: skip

    def read_runs(self):
        """The lines that the handlers wrote, each as words: start or end, id, claim, pid."""
        text = self.runs.read_text() if self.runs.exists() else ""
        return [line.split() for line in text.splitlines()]

    def follow_runs(self):
        """Takes in what the handlers have written since the last look: who runs, how many have ended."""
        with open(self.runs, "a+b") as file:
            file.seek(self.n_read)
            lines = file.read().splitlines(keepends=True)
        for line in lines:
            if not line.endswith(b"\n"):
                break  # it is being written
            self.n_read += len(line)
            kind, identity, claim, pid = line.decode().split()
            if kind == "start":
                self.running[identity, claim] = int(pid)
            else:
                self.running.pop((identity, claim), None)
                self.n_ended += 1

    def have_ended(self, n):
        self.follow_runs()
        return self.n_ended >= n

    def busy_runners(self):
        self.follow_runs()
        self.running = {run: pid for run, pid in self.running.items() if lqtest.is_alive(pid)}
        return list(self.running.values())

    def kill_one(self, chance):
        """Kills one of the living at random; what it was."""
        at = chance.randrange(len(self.workers))
        worker, victim = self.workers[at], chance.choice(VICTIMS)
        if victim == "manager":
            worker.kill()
            lqtest.wait_until(lambda: not worker.left_behind(), "the rest of the worker goes with it")
            self.workers[at] = self.start_worker()
            return victim
        find = worker.spawners if victim == "spawner" else self.busy_runners
        pid = chance.choice(lqtest.wait_until(find, f"a living {victim}"))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return f"{victim}, which had just ended"
        return victim

    def run_chaos(self, seed):
        chance = random.Random(seed)
        print(f"# seed {seed}: {N_JOBS} jobs, {N_KILLS} kills and one of Redis", flush=True)
        self.redis = self.server(aof=True)
        self.runs = pathlib.Path(self.redis.directory, "runs")
        self.n_read, self.n_ended, self.running = 0, 0, {}
        spec = {"handler": "nap", "retry": 50, "backoff": "10ms..100ms"}
        self.ids = jobs.enqueue(
            self.redis, ({**spec, "args": {"ms": chance.randint(1, 20)}} for _ in range(N_JOBS))
        )
        self.workers = [self.start_worker(), self.start_worker()]
        killed = collections.Counter()
        moments = sorted(chance.sample(range(N_JOBS // 20, N_JOBS * 9 // 10), N_KILLS + 1))
        redis_moment = chance.choice(moments)
        for moment in moments:
            lqtest.wait_until(lambda: self.have_ended(moment), f"{moment} jobs have run", 300)
            if moment == redis_moment:
                self.redis.restart()
                killed["redis"] += 1
            else:
                killed[self.kill_one(chance)] += 1
        lqtest.wait_until(self.is_drained, "every job ends", 300)
        for worker in self.workers:
            self.assertEqual(worker.stop(), 0, worker.log())
            self.assertEqual(worker.left_behind(), [])
        return killed

    def is_drained(self):
        info = jobs.counts(self.redis)
        return info["finished_total"] + info["failed_total"] >= N_JOBS

    def check(self, killed):
        histories = jobs.histories(self.redis, self.ids)
        runs = collections.Counter(
            words[1] for words in self.read_runs() if words[0] == "start"
        )
        again = 0
        for identity in self.ids:
            kinds = [entry[-1] for entry in histories[identity] or []]
            self.assertEqual(kinds[-1:], [jobs.FINISHED], f"{identity} was lost or failed: {kinds}")
            ends = sum(kind in jobs.TERMINAL for kind in kinds)
            self.assertEqual(ends, 1, f"{identity} was settled {ends} times: {kinds}")
            # Every run but the last is accounted for by what its record tells: a retry after a
            # runner's death, a loss with its worker, a return from a spawner's.
            self.assertLessEqual(runs[identity], len(kinds), f"{identity} ran unseen: {kinds}")
            again += runs[identity] > 1
        self.assertGreaterEqual(sum(runs.values()), N_JOBS)
        info, counters = jobs.counts(self.redis), jobs.counters(self.redis)
        self.assertEqual((info["enqueued_total"], info["finished_total"]), (N_JOBS, N_JOBS))
        self.assertEqual([info[state] for state in ("queued", "scheduled", "started", "failed")], [0] * 4)
        self.assertEqual(counters.get("twice", 0), 0)
        # Each kill can make no more jobs run again than one worker runs at a time.
        self.assertLessEqual(again, RUNNERS * sum(killed.values()))
        print(f"# killed {dict(killed)}; {again} jobs ran more than once,", end=" ")
        print(f"{counters.get('lost', 0)} losses, {counters.get('retried', 0)} retries", flush=True)

    def test_fixed_seed(self):
        self.check(self.run_chaos(20231))

    def test_fresh_seed(self):
        self.check(self.run_chaos(int(os.environ.get("LQ_E2E_SEED", random.randrange(10**9)))))


if __name__ == "__main__":
    lqtest.main()
