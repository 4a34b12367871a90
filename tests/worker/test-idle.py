#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An idle worker is quiet on the wire, and starts a job within milliseconds all the same."""

import time

import jobs
import lqtest


class Idle(jobs.TestCase):
    def commands(self):
        """Commands that Redis has run for anybody but this test."""
        stats = self.jobs.call("INFO", "commandstats").decode()
        calls = {}
        for line in stats.splitlines():
            if line.startswith("cmdstat_"):
                name, rest = line[len("cmdstat_") :].split(":", 1)
                calls[name] = int(rest.split(",")[0].removeprefix("calls="))
        # What scripts call is counted too; on the wire there are these.
        return {name: calls.get(name, 0) for name in ("evalsha", "eval", "blpop", "hset", "rpush")}

    def test_commands_a_second(self):
        self.start("-j", "2")
        self.jobs.end(self.jobs.add("noop"))
        seconds = 4.0
        self.wait_quiet()
        before = self.commands()
        began = time.monotonic()
        lqtest.wait_until(lambda: time.monotonic() - began > seconds, "time goes by", 10)
        after = self.commands()
        total = sum(after.values()) - sum(before.values())
        self.assertLessEqual(total, 2 * seconds, (before, after))

    def wait_quiet(self):
        """Until it blocks for work."""
        lqtest.wait_until(
            lambda: b"cmd=blpop" in self.jobs.call("CLIENT", "LIST"), "it waits for work"
        )

    def test_a_job_starts_within_milliseconds(self):
        self.start("-j", "1")
        self.jobs.end(self.jobs.add("noop"))
        times = []
        for _ in range(20):
            self.wait_quiet()
            began = time.monotonic()
            self.jobs.end(self.jobs.add("noop"))
            times.append(time.monotonic() - began)
        self.assertLess(sorted(times)[len(times) // 2], 0.05, times)

    def test_a_busy_worker_leaves_the_work_to_others(self):
        """It would take the wake token of the one that could run the job."""
        self.start("-j", "1")
        self.add_work("a")
        self.wait_here("a")
        self.start("-j", "1")
        for _ in range(5):
            began = time.monotonic()
            self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")
            self.assertLess(time.monotonic() - began, 2.0)
        self.touch("a.go")

    def test_delayed_jobs_start_when_due(self):
        self.start("-j", "1")
        began = time.monotonic()
        job = self.jobs.end(self.jobs.add("noop", delay_ms=400))
        self.assertEqual(job["state"], "finished")
        self.assertTrue(0.39 <= time.monotonic() - began < 2.0)

    def test_what_waits_behind_a_slow_job_goes_back(self):
        """Claimed ahead because jobs were quick; then one is not."""
        worker = self.start("-j", "1")
        self.jobs.end(self.jobs.add("noop"))
        self.jobs.script("pause", "default", 0)
        slow = self.add_work("a")
        quick = [self.jobs.add("noop") for _ in range(10)]
        self.jobs.script("resume", "default")
        self.wait_here("a")
        self.start("-j", "1")
        for identity in quick:
            self.assertEqual(self.jobs.end(identity)["state"], "finished")
        self.assertIsNone(worker.process.poll())
        self.touch("a.go")
        self.assertEqual(self.jobs.end(slow)["state"], "finished")

    def test_presence(self):
        self.start("-n", "web1", "-j", "3", "default", "low")
        incarnation = self.incarnation()
        self.assertTrue(incarnation.startswith("web1."))
        flat = self.jobs.call("HGETALL", "lq:worker:" + incarnation)
        shown = dict(zip(flat[::2], flat[1::2]))
        self.assertEqual(shown[b"name"], b"web1")
        self.assertEqual(shown[b"queues"], b"default low")
        self.assertEqual(shown[b"runners"], b"3")
        self.assertEqual(self.jobs.call("GET", "lq:name:web1"), incarnation.encode())
        self.assertEqual(set(self.jobs.call("SMEMBERS", "lq:queues")), {b"default", b"low"})

    def test_presence_shows_what_it_does(self):
        """Within a second or so, not with the next renewal (200 s on)."""
        self.start("-j", "2", "--lease", "10m")
        key = "lq:worker:" + self.incarnation()
        self.add_work("a")
        self.await_shown(key, [b"busy", b"1", b"0"])
        self.touch("a.go")
        self.await_shown(key, [b"idle", b"0", b"1"])

    def await_shown(self, key, wanted):
        lqtest.wait_until(
            lambda: self.jobs.call("HMGET", key, "state", "busy", "jobs_done") == wanted,
            f"it is shown as {wanted}",
        )


if __name__ == "__main__":
    lqtest.main()
