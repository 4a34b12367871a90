#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How a worker leaves: warm, cold, and for reasons of its own."""

import signal
import time

import jobs
import lqtest


class Leaving(jobs.TestCase):
    def assert_gone(self, worker):
        """Nothing of it in Redis, no process left."""
        lqtest.wait_until(lambda: not worker.left_behind(), "its processes are gone")
        self.assertEqual(self.jobs.call("KEYS", "lq:name:*"), [])
        self.assertEqual(self.jobs.call("KEYS", "lq:worker:*"), [])
        self.assertEqual(self.jobs.held(), 0)

    def test_warm_lets_a_job_finish(self):
        worker = self.start("-j", "1")
        running = self.add_work("a")
        self.wait_here("a")
        waiting = self.add_work("b")
        worker.signal(signal.SIGTERM)
        worker.wait_event(lambda event: event.get("event") == "warm stop", "`warm stop`")
        self.touch("a.go")
        self.assertEqual(worker.wait(), 0)
        self.assertEqual(self.jobs.look(running)["state"], "finished")
        self.assertEqual(self.jobs.look(waiting)["state"], "queued")
        self.assert_gone(worker)

    def test_warm_hands_back_what_does_not_finish(self):
        worker = self.start("-j", "1", "--shutdown-timeout", "2s", "--grace", "300ms")
        running = self.jobs.add("spin")
        self.jobs.wait_state(running, "started")
        worker.wait_event(lambda event: event.get("event") == "ready", "`ready`")
        began = time.monotonic()
        worker.signal(signal.SIGINT)
        self.assertEqual(worker.wait(), 0)
        self.assertLess(time.monotonic() - began, 3.0)
        job = self.jobs.look(running)
        self.assertEqual(job["state"], "queued")
        self.assertEqual(job["history"][-1]["kind"], "return")
        self.assertEqual(job["history"][-1]["attempts"], 0)
        self.assert_gone(worker)

    def test_cold_spends_no_attempt(self):
        worker = self.start("-j", "2")
        spinning = self.jobs.add("spin")
        polite = self.jobs.add("polite", {"here": self.path("here")})
        self.wait_file("here")
        self.jobs.wait_state(spinning, "started")
        worker.signal(signal.SIGTERM)
        worker.wait_event(lambda event: event.get("event") == "warm stop", "`warm stop`")
        began = time.monotonic()
        # A second signal counts only a second after the first: repeat it until it is heard.

        def is_cold():
            if worker.process.poll() is None:
                worker.signal(signal.SIGTERM)
            return any(event.get("event") == "cold stop" for event in list(worker.events))

        lqtest.wait_until(is_cold, "`cold stop`")
        self.assertGreaterEqual(time.monotonic() - began, 0.9)
        cold = time.monotonic()
        self.assertEqual(worker.wait(), 0)
        self.assertLess(time.monotonic() - cold, 3.2)
        for identity in (spinning, polite):
            job = self.jobs.look(identity)
            self.assertEqual(job["state"], "queued")
            self.assertEqual(job["history"][-1]["kind"], "return")
            self.assertEqual(job["history"][-1]["attempts"], 0)
        self.assert_gone(worker)

    def test_a_signal_while_it_leaves_of_itself_is_the_first(self):
        worker = self.start("-j", "1")
        running = self.add_work("a")
        self.wait_here("a")
        self.jobs.call("RPUSH", f"lq:{{default}}:ctl:{self.incarnation()}", "warm")
        warm = worker.wait_event(lambda event: event.get("event") == "warm stop", "`warm stop`")
        began = time.monotonic()
        lqtest.wait_until(lambda: time.monotonic() - began > 1.1, "more than a second")
        worker.signal(signal.SIGTERM)
        worker.signal(signal.SIGQUIT)  # is told in the log, after the other
        worker.wait_event(lambda event: event.get("signal") == "Quit", "SIGQUIT")
        self.assertEqual(warm["why"], "a message")
        self.touch("a.go")
        self.assertEqual(worker.wait(), 0)
        self.assertEqual(self.jobs.look(running)["state"], "finished")

    def test_no_time_to_leave_is_no_job_lost(self):
        for timeout in ("0", "1s"):
            worker = self.start("-j", "2", "--shutdown-timeout", timeout)
            spinning = self.jobs.add("spin")
            self.jobs.wait_state(spinning, "started")
            worker.signal(signal.SIGTERM)
            self.assertEqual(worker.wait(), 0)
            job = self.jobs.look(spinning)
            self.assertEqual(job["state"], "queued")
            self.assertEqual(job["history"][-1]["kind"], "return")
            self.assert_gone(worker)
            self.jobs.script("cancel", "default", spinning, 1000)

    def test_a_spawner_that_hangs_keeps_nobody(self):
        worker = self.start("-j", "1", "--shutdown-timeout", "2s", "--grace", "100ms")
        spinning = self.jobs.add("spin")
        self.jobs.wait_state(spinning, "started")
        jobs.os.kill(worker.spawners()[0], signal.SIGSTOP)
        worker.signal(signal.SIGTERM)
        self.assertEqual(worker.wait(), 0)
        self.assertEqual(worker.left_behind(), [])
        job = self.jobs.look(spinning)
        self.assertEqual(job["state"], "queued")
        self.assertEqual(job["history"][-1]["kind"], "return")

    def test_messages_stop_it_too(self):
        for message in ("warm", "cold"):
            worker = self.start("-j", "1")
            key = f"lq:{{default}}:ctl:{self.incarnation()}"
            self.jobs.call("RPUSH", key, "quiet-please", message)
            self.assertEqual(worker.wait(), 0)
            worker.wait_event(
                lambda event: event.get("message") == "quiet-please", "the unknown message"
            )

    def test_burst(self):
        identities = [self.jobs.add("noop") for _ in range(50)]
        later = self.jobs.add("noop", delay_ms=3600000)
        worker = self.start("-j", "2", "--burst")
        self.assertEqual(worker.wait(), 0)
        for identity in identities:
            self.assertEqual(self.jobs.look(identity)["state"], "finished")
        self.assertEqual(self.jobs.look(later)["state"], "scheduled")
        self.assert_gone(worker)

    def test_burst_behind_more_ghosts_than_one_look_takes(self):
        for identity in [self.jobs.add("noop") for _ in range(1300)]:
            self.assertEqual(self.jobs.script("cancel", "default", identity, 1000), 1)
        last = self.jobs.add("noop")
        self.assertEqual(self.start("--burst").wait(), 0)
        self.assertEqual(self.jobs.look(last)["state"], "finished")

    def test_burst_with_nothing_to_do(self):
        self.assertEqual(self.start("--burst").wait(), 0)

    def test_burst_waits_for_what_runs(self):
        running = self.add_work("a")
        worker = self.start("-j", "2", "--burst")
        self.wait_here("a")
        parent = self.jobs.add("parent", {"child": "c", "good": True})
        self.assertEqual(self.jobs.end(parent)["state"], "finished")
        self.assertEqual(self.jobs.end("c")["state"], "finished")
        self.assertIsNone(worker.process.poll())
        self.touch("a.go")
        self.assertEqual(worker.wait(), 0)
        self.assertEqual(self.jobs.look(running)["state"], "finished")

    def test_max_jobs(self):
        identities = [self.jobs.add("noop") for _ in range(20)]
        worker = self.start("-j", "3", "--max-jobs", "7")
        self.assertEqual(worker.wait(), 0)
        states = [self.jobs.look(identity)["state"] for identity in identities]
        self.assertEqual(states.count("finished"), 7)
        self.assertEqual(states.count("queued"), 13)
        self.assert_gone(worker)

    def test_max_idle(self):
        worker = self.start("--max-idle", "300ms")
        identity = self.add_work("a")
        self.wait_here("a")
        began = time.monotonic()
        self.touch("a.go")
        self.assertEqual(worker.wait(), 0)
        self.assertGreaterEqual(time.monotonic() - began, 0.25)
        self.assertEqual(self.jobs.look(identity)["state"], "finished")

    def test_max_idle_of_nothing_looks_first(self):
        identity = self.jobs.add("noop")
        self.assertEqual(self.start("--max-idle", "0").wait(), 0)
        self.assertEqual(self.jobs.look(identity)["state"], "finished")

    def test_the_alive_file(self):
        worker = self.start("--alive-file", self.path("alive"))
        self.wait_file("alive")
        self.assertEqual(worker.stop(), 0)
        self.assertFalse(jobs.os.path.exists(self.path("alive")))


if __name__ == "__main__":
    lqtest.main()
