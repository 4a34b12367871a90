#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runners that lie: each is ended and its job failed, and nobody else is held up."""

import jobs
import lqtest

LIES = {
    "garbage": "it sent a frame that makes no sense",
    "giant_frame": "it sent a frame that makes no sense",
    "another_job": "it told of a job that it was not given",
    "snooze_backwards": "it asked for a delay that is none",
    "snooze_for_ever": "it asked for a delay that is none",
    "large_result": "its result is over the size limit",
    "foreign_child": "it enqueued a follow-up job that makes no sense",
    "damaged_child": "it enqueued a follow-up job that makes no sense",
    "hang_up": "it closed its socket and did not leave",
}


class Lies(jobs.TestCase):
    def start_liar(self, *arguments):
        modules = [jobs.MODULE, lqtest.find_built("liar-module.so")]
        worker = self.worker(self.redis, *arguments, modules=modules)
        worker.wait_ready()
        return worker

    def test_each_is_told_as_what_it_is(self):
        self.start_liar("-j", "2")
        told = {name: self.jobs.add(name) for name in LIES}
        for name, identity in told.items():
            with self.subTest(name):
                job = self.jobs.end(identity)
                self.assertEqual(job["state"], "failed")
                failure = jobs.failure(job)
                self.assertEqual(failure["kind"], "error")
                self.assertEqual(
                    failure["message"],
                    f"the runner broke the protocol: {LIES[name]}; SIGKILL was sent by this worker",
                )
        self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")

    def test_half_a_frame_is_no_outcome(self):
        self.start_liar("-j", "1")
        job = self.jobs.end(self.jobs.add("half_a_frame"))
        self.assertEqual(jobs.failure(job)["kind"], "exit")

    def test_a_child_that_redis_refuses(self):
        self.start_liar("-j", "2")
        self.jobs.call("SET", "lq:{broken}:wait", "no list")
        job = self.jobs.add("child", {"queue": "broken"})
        self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")
        job = self.jobs.end(job)
        self.assertEqual(job["state"], "failed")
        self.assertIn("Redis refused its outcome", jobs.failure(job)["message"])

    def test_a_recycled_runner_is_not_used_again(self):
        self.start_liar("-j", "1", "--jobs-per-runner", "0")
        liar = self.jobs.add("hang_up")
        self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")
        self.assertEqual(self.jobs.end(liar)["state"], "failed")


if __name__ == "__main__":
    lqtest.main()
