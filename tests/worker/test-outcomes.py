#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How an attempt may end, and what the record then says."""

import jobs
import lqtest
from jobs import failure


class Outcomes(jobs.TestCase):
    def run_job(self, handler, args=None, **options):
        identity = self.jobs.add(handler, args, **options)
        return self.jobs.end(identity)

    def setUp(self):
        super().setUp()
        self.running = self.start("-j", "2")

    def test_a_result(self):
        job = self.run_job("echo", {"text": "hello"})
        self.assertEqual(job["state"], "finished")
        self.assertEqual(job["result"], {"text": "hello", "attempt": 1})
        self.assertEqual(job["last"]["attempts"], 1)

    def test_retry_with_backoff_then_success(self):
        job = self.run_job("flaky", backoff_ms=20, backoff_max_ms=40)
        self.assertEqual(job["state"], "finished")
        self.assertEqual([e["kind"] for e in job["history"]], ["retry", "retry", "finished"])
        self.assertEqual(job["result"], {"attempt": 3})
        first_delay, error, limits = job["history"][0]["info"]
        self.assertTrue(15 <= first_delay <= 25, first_delay)
        self.assertEqual(error["kind"], "error")
        self.assertEqual(error["errno"], 5)
        self.assertIn("attempt 1", error["message"])
        self.assertEqual(limits[1], 5, "the handler table's max_attempts applies")

    def test_attempts_run_out(self):
        job = self.run_job("again")
        self.assertEqual(job["state"], "failed")
        self.assertEqual([e["kind"] for e in job["history"]], ["retry", "failed"])
        self.assertEqual(job["history"][0]["info"][0], 30)
        self.assertEqual(failure(job)["kind"], "error")

    def test_the_job_overrules_the_handler(self):
        job = self.run_job("flaky", max_attempts=1)
        self.assertEqual(job["state"], "failed")
        self.assertEqual(job["last"]["attempts"], 1)

    def test_failed_for_good(self):
        job = self.run_job("reject", max_attempts=9)
        self.assertEqual(job["state"], "failed")
        self.assertEqual(failure(job)["kind"], "rejected")
        self.assertEqual(failure(job)["message"], "no such customer")

    def test_snooze_spends_no_attempt(self):
        identity = self.jobs.add("snooze", {"until": self.path("go")})
        lqtest.wait_until(lambda: self.jobs.look(identity)["history"], "a snooze")
        self.touch("go")
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "finished")
        self.assertEqual(job["history"][0]["kind"], "snooze")
        self.assertEqual(job["result"], {"attempt": 1})

    def test_a_crash_is_told_by_its_signal(self):
        job = self.run_job("crash")
        self.assertEqual(job["state"], "failed")
        error = failure(job)
        self.assertEqual(error["kind"], "signal")
        self.assertEqual(error["signal"], "SIGSEGV")
        self.assertIn("SIGSEGV", error["message"])
        self.assertIn("about to crash", error["stderr"])
        self.assertGreater(error["max_rss_kb"], 0)

    def test_an_exit_is_told_by_its_status(self):
        job = self.run_job("leave", {"status": 7})
        self.assertEqual(failure(job)["kind"], "exit")
        self.assertEqual(failure(job)["exit_status"], 7)

    def test_what_it_printed_is_in_the_log(self):
        identity = self.jobs.add("talk")
        self.jobs.end(identity)
        for stream in ("stdout", "stderr"):
            self.running.wait_event(
                lambda event: event.get("event") == "output"
                and event["id"] == identity
                and event["stream"] == stream
                and event["text"] == "on " + stream,
                f"a line of {stream}",
            )

    def test_a_flood_is_counted_and_its_tail_kept(self):
        identity = self.jobs.add("flood")
        error = failure(self.jobs.end(identity))
        self.assertTrue(error["stderr"].endswith("the last line\n"), error["stderr"][-40:])
        self.assertLessEqual(len(error["stderr"]), 16 * 1024)
        self.running.wait_event(
            lambda event: event.get("event") == "too much output to log" and event["id"] == identity,
            "what was left out",
        )

    def test_a_child_comes_with_the_success_or_not_at_all(self):
        self.run_job("parent", {"child": "c1", "good": False})
        self.assertIsNone(self.jobs.look("c1"))
        self.run_job("parent", {"child": "c2", "good": True})
        self.assertEqual(self.jobs.end("c2")["result"]["text"], "from the parent")

    def test_a_result_that_is_not_kept(self):
        identity = self.jobs.add("noop", result_ttl_ms=0)
        key = f"lq:{{default}}:job:{identity}"
        lqtest.wait_until(lambda: self.jobs.call("STRLEN", key) == 21, "a tombstone")
        self.assertLessEqual(self.jobs.call("PTTL", key), 60000)

    def test_a_damaged_record(self):
        self.jobs.call("SET", "lq:{default}:job:bad", b"\x97\x01\xc0\xa1\x00")
        self.jobs.call("RPUSH", "lq:{default}:wait", "bad")
        self.jobs.call("RPUSH", "lq:{default}:wake", "1")
        lqtest.wait_until(
            lambda: self.jobs.call("GET", "lq:{default}:job:bad")[-1:] == b"\x09", "its failure"
        )
        self.assertIn(b"the record is damaged", self.jobs.call("GET", "lq:{default}:job:bad"))

    def test_an_expired_job_is_canceled_unrun(self):
        paused = self.jobs.script("pause", "default", 0)
        self.assertEqual(paused, 1)
        identity = self.jobs.add("noop", ttl_ms=1)
        created = self.jobs.look(identity)["created"]

        def is_late():
            seconds, micros = self.jobs.call("TIME")
            return int(seconds) * 1000 + int(micros) // 1000 > created + 1

        lqtest.wait_until(is_late, "the ttl has passed")
        self.jobs.script("resume", "default")
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "canceled")
        self.assertEqual(job["last"]["info"], "expired")


class Limits(jobs.TestCase):
    def test_a_spinner_that_blocks_all_signals(self):
        self.start("-j", "1", "--grace", "100ms")
        identity = self.jobs.add("spin", timeout_ms=200)
        job = self.jobs.end(identity)
        error = failure(job)
        self.assertEqual(error["kind"], "timeout")
        self.assertEqual(error["signal"], "SIGKILL")
        self.assertIn("SIGKILL was sent by this worker", error["message"])

    def test_a_handler_that_takes_no_care_ends_by_sigterm(self):
        self.start("-j", "1")
        identity = self.add_work("w", timeout_ms=200)
        error = failure(self.jobs.end(identity))
        self.assertEqual(error["kind"], "timeout")
        self.assertEqual(error["signal"], "SIGTERM")

    def test_stop(self):
        self.start("-j", "1")
        identity = self.jobs.add("polite", {"here": self.path("here")}, max_attempts=5)
        self.wait_file("here")
        self.assertEqual(self.jobs.script("stop", "default", identity), 1)
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "stopped")
        self.assertEqual(failure(job)["kind"], "stopped")

    def test_an_unknown_handler_goes_round_then_fails(self):
        self.start("-j", "1", "--no-handler-after", "1s")
        identity = self.jobs.add("nobody-knows-it")
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "failed")
        self.assertEqual(failure(job)["kind"], "no_handler")
        self.assertEqual(job["last"]["attempts"], 0)
        self.assertEqual(job["history"][0]["kind"], "unknown")

    def test_an_unknown_handler_fails_at_once(self):
        self.start("-j", "1", "--no-handler-after", "0")
        job = self.jobs.end(self.jobs.add("nobody-knows-it"))
        self.assertEqual(failure(job)["kind"], "no_handler")
        self.assertEqual(len(job["history"]), 1)


class Recycled(jobs.TestCase):
    def test_one_process_for_many_jobs(self):
        for per_runner in ("0", "3"):
            worker = self.start("-j", "1", "--spares", "0", "--jobs-per-runner", per_runner)
            for handler in ("noop", "echo", "noop", "reject", "crash", "echo", "noop"):
                identity = self.jobs.add(handler, {"text": "x"})
                self.assertIn(self.jobs.end(identity)["state"], jobs.ENDED)
            self.assertEqual(worker.stop(), 0)


if __name__ == "__main__":
    lqtest.main()
