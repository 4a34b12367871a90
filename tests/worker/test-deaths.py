#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Somebody is killed: nothing is lost, nothing runs on, and nobody else is blamed."""

import os
import signal

import jobs
import lqtest
from jobs import failure


class Deaths(jobs.TestCase):
    def test_a_runner(self):
        worker = self.start("-j", "1")
        identity = self.add_work("a", max_attempts=2, backoff_ms=10)
        self.wait_here("a")
        for runner in worker.runners():
            os.kill(runner, signal.SIGKILL)
        self.touch("a.go")
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "finished")
        self.assertEqual(job["history"][0]["kind"], "retry")
        error = job["history"][0]["info"][1]
        self.assertEqual(error["kind"], "signal")
        self.assertEqual(error["signal"], "SIGKILL")
        self.assertIn("not sent by this worker", error["message"])

    def test_idle_runners(self):
        worker = self.start("-j", "2")
        self.jobs.end(self.jobs.add("noop"))
        for runner in worker.runners():
            os.kill(runner, signal.SIGKILL)
        for _ in range(5):
            self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")

    def test_the_spawner(self):
        worker = self.start("-j", "2")
        identity = self.add_work("a")
        self.wait_here("a")
        (spawner,) = worker.spawners()
        below = lqtest.descendants(spawner)
        os.unlink(self.path("a.here"))
        os.kill(spawner, signal.SIGKILL)
        self.wait_here("a")  # it runs again, in another process
        self.assertFalse([pid for pid in below if lqtest.is_alive(pid)], "nothing of the old")
        self.touch("a.go")
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "finished")
        self.assertEqual([e["kind"] for e in job["history"]], ["return", "finished"])
        self.assertEqual(job["result"], {"attempt": 1})

    def test_the_manager(self):
        doomed = self.start("-j", "1", "--lease", "1s")
        identity = self.add_work("a")
        self.wait_here("a")
        os.unlink(self.path("a.here"))
        doomed.kill()
        lqtest.wait_until(lambda: not doomed.left_behind(), "its processes are gone")
        self.start("-j", "1", "--lease", "1s")
        self.wait_here("a")
        self.touch("a.go")
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "finished")
        self.assertEqual([e["kind"] for e in job["history"]], ["lost", "finished"])
        self.assertEqual(job["result"], {"attempt": 1})

    def test_redis_is_away_when_a_job_ends(self):
        server = self.server(aof=True)
        client = jobs.Jobs(server)
        worker = self.worker(server, "-j", "2", modules=[jobs.MODULE])
        worker.wait_ready()
        self.jobs = client
        identities = [self.add_work(name) for name in ("a", "b")]
        self.wait_here("a")
        self.wait_here("b")
        client.close()
        server.kill()
        worker.wait_event(
            lambda event: event.get("event") == "connection to Redis lost", "the loss"
        )
        self.touch("a.go")
        self.touch("b.go")
        worker.wait_event(
            lambda event: event.get("event") == "job ended" and event["id"] == identities[1],
            "the job's end",
        )
        server.start()
        self.jobs = jobs.Jobs(server)
        self.addCleanup(self.jobs.close)
        for identity in identities:
            job = self.jobs.end(identity)
            self.assertEqual(job["state"], "finished")
            self.assertEqual(len(job["history"]), 1, "and it ran once")

    def test_redis_forgets_what_runs(self):
        worker = self.start("-j", "1", "--lease", "1s")
        running = self.jobs.add("chatter")
        worker.wait_event(lambda event: event.get("id") == running, "its output")
        self.jobs.call("FLUSHALL")
        worker.wait_event(lambda event: "it is ended here" in event.get("event", ""), "the loss")
        self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")

    def test_redis_stops_answering(self):
        worker = self.start("-j", "1")
        self.jobs.end(self.jobs.add("noop"))
        os.kill(self.redis.process.pid, signal.SIGSTOP)
        for role in ("commands", "blocking"):
            worker.wait_event(
                lambda event: event.get("event") == "connection to Redis lost"
                and event["role"] == role,
                "the loss",
                timeout=60,
            )
        os.kill(self.redis.process.pid, signal.SIGCONT)
        self.assertEqual(self.jobs.end(self.jobs.add("noop"), 60)["state"], "finished")

    def test_a_lost_lease(self):
        """Another worker has the job: it is ended here, and its outcome counts for nothing."""
        worker = self.start("-j", "1", "--lease", "2s")
        identity = self.add_work("a")
        self.wait_here("a")
        (key,) = self.jobs.call("KEYS", "lq:{default}:held:*")
        self.jobs.call("ZREM", key, identity)
        worker.wait_event(
            lambda event: event.get("id") == identity and "lease" in event.get("event", ""),
            "the loss",
        )
        self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")
        self.assertEqual(self.jobs.look(identity)["history"], [])

    def test_a_job_that_redis_says_is_ours(self):
        """A lost reply, or a failover: it is handed out again."""
        self.start("-j", "1", "--lease", "2s")
        self.jobs.end(self.jobs.add("noop"))
        blocker = self.add_work("a")
        self.wait_here("a")
        (key,) = self.jobs.call("KEYS", "lq:{default}:held:*")
        (_, token) = self.jobs.call("ZRANGE", key, "0", "-1", "WITHSCORES")
        self.jobs.script("pause", "default", 0)
        stray = self.jobs.add("noop")
        self.jobs.call("LREM", "lq:{default}:wait", "1", stray)
        self.jobs.call("ZADD", key, str(int(token) - 5), stray)
        self.assertEqual(self.jobs.wait_state(stray, "queued")["state"], "queued")
        self.jobs.script("resume", "default")
        self.touch("a.go")
        self.assertEqual(self.jobs.end(blocker)["state"], "finished")
        self.assertEqual(self.jobs.end(stray)["state"], "finished")

    def test_the_manager_over_a_job_that_heeds_nothing(self):
        worker = self.start("-j", "1")
        identity = self.jobs.add("spin")
        self.jobs.wait_state(identity, "started")
        worker.kill()
        lqtest.wait_until(lambda: not worker.left_behind(), "its processes are gone")


class Blame(jobs.TestCase):
    def test_the_message_says_who_sent_sigkill(self):
        self.start("-j", "1", "--grace", "100ms")
        error = failure(self.jobs.end(self.jobs.add("spin", timeout_ms=100)))
        self.assertEqual(error["kind"], "timeout")
        self.assertIn("sent by this worker", error["message"])


if __name__ == "__main__":
    lqtest.main()
