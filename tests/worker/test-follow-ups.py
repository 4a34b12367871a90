#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Follow-up jobs by a real handler: where they wait, how many there may be, and lies about them."""

import re

import jobs
import lqtest
from jobs import failure

MODULE = lqtest.find_built("follow-module.so")
KIB = 1024


class FollowUps(jobs.TestCase):
    def start(self, *arguments, **options):
        worker = self.worker(self.redis, *arguments, modules=[MODULE], **options)
        worker.wait_ready()
        self.addCleanup(self.assert_none_refused, worker)
        return worker

    def assert_none_refused(self, worker):
        self.assertNotIn("Redis refuse", worker.log())

    def add_family(self, name, n=1, **more):
        pad = more.pop("pad", 0)
        options = {key: more.pop(key) for key in list(more) if key.endswith("_ttl_ms")}
        args = {"name": name, "n": n, "size": 0, "result": 0, "delay_ms": 0, "front": False, "queue": "", "key": "", **more}
        if pad:
            args["pad"] = bytes(pad)
        return self.jobs.add("family", args, **options)

    def family(self, *args, **more):
        job = self.jobs.end(self.add_family(*args, **more))
        self.assertEqual(job["state"], "finished", job)
        return job

    def now(self):
        seconds, micros = self.jobs.call("TIME")
        return int(seconds) * 1000 + int(micros) // 1000

    def test_delayed(self):
        self.start("-j", "1")
        before = self.now()
        self.family("far", queue="elsewhere", delay_ms=60_000)
        due = int(self.jobs.call("ZSCORE", "lq:{elsewhere}:scheduled", "far-0"))
        self.assertTrue(before + 60_000 <= due <= self.now() + 60_000, due - before)
        self.family("near", delay_ms=150)
        job = self.jobs.end("near-0")
        self.assertEqual(job["state"], "finished")

    def test_at_the_front(self):
        self.start("-j", "1")
        self.family("first", n=2, queue="elsewhere")
        self.family("second", n=2, queue="elsewhere", front=True)
        waiting = self.jobs.call("LRANGE", "lq:{elsewhere}:wait", 0, -1)
        self.assertEqual(waiting, [b"second-0", b"second-1", b"first-0", b"first-1"])

    def test_unique(self):
        self.start("-j", "1")
        self.family("a", n=3, queue="elsewhere", key="k")
        self.family("b", n=3, queue="elsewhere", key="k")
        self.assertEqual(self.jobs.call("LRANGE", "lq:{elsewhere}:wait", 0, -1), [b"a-0"])
        self.assertEqual(self.jobs.call("HGET", "lq:{elsewhere}:lock:k", "id"), b"a-0")
        self.assertEqual(self.jobs.script("cancel", "elsewhere", "a-0", 1000), 1)
        self.family("c", queue="elsewhere", key="k")
        self.assertEqual(self.jobs.call("HGET", "lq:{elsewhere}:lock:k", "id"), b"c-0")

    def test_a_unique_job_is_its_own_successor(self):
        self.start("-j", "2")
        self.jobs.add("chain", {"n": 5})
        lqtest.wait_until(lambda: self.jobs.look("chain-0"), "the last of the chain")
        self.assertEqual(self.jobs.end("chain-0")["state"], "finished")
        self.assertEqual(self.jobs.call("EXISTS", "lq:{default}:lock:the chain"), 0)

    def test_a_thousand_of_one_kib(self):
        self.start("-j", "1")
        self.family("many", n=1000, size=KIB, queue="elsewhere")
        self.assertEqual(self.jobs.call("LLEN", "lq:{elsewhere}:wait"), 1000)
        self.assertEqual(len(self.jobs.call("KEYS", "lq:{elsewhere}:job:*")), 1000)

    def test_a_thousand_of_each_of_many(self):
        self.start("-j", "8")
        self.jobs.script("pause", "default", 0)
        parents = [self.add_family(f"p{i}", n=1000, size=100 * (i % 2), queue="elsewhere", delay_ms=i % 2) for i in range(16)]
        self.jobs.script("resume", "default")
        for parent in parents:
            self.assertEqual(self.jobs.end(parent)["state"], "finished")
        self.assertEqual(len(self.jobs.call("KEYS", "lq:{elsewhere}:job:*")), 16_000)

    def test_a_thousand_queues(self):
        self.start("-j", "1")
        self.family("spread", n=1000, queue="of-*")
        self.assertEqual(self.jobs.call("LRANGE", "lq:{of-999}:wait", 0, -1), [b"spread-999"])
        self.assertEqual(self.jobs.call("SISMEMBER", "lq:queues", "of-999"), 1)
        self.assertEqual(self.jobs.call("SCARD", "lq:queues"), 1001)

    def test_more_than_fits_fails_the_attempt_in_words(self):
        self.start("-j", "1")
        for n, size, words in ((1001, 0, "number 1000: a job has at most 1000 follow-up jobs"),
                               (3, 600 * KIB, "number 2: the follow-up jobs of one job are at most 1310720 bytes together")):
            job = self.jobs.end(self.add_family("f", n=n, size=size, queue="elsewhere"))
            self.assertEqual(failure(job)["message"], words)
        self.assertEqual(self.jobs.call("EXISTS", "lq:{elsewhere}:wait"), 0)
        self.family("fits", n=2, size=600 * KIB, queue="elsewhere")

    def n_appended(self):
        line = re.search(r"cmdstat_append:calls=(\d+)", self.jobs.call("INFO", "commandstats").decode())
        return int(line[1]) if line else 0

    def test_all_of_the_largest_at_once(self):
        """A record that, with result and follow-ups, is more than one call may have is not sent again."""
        self.start("-j", "1")
        identity = self.add_family("large-a", n=2, size=600 * KIB, result=1000 * KIB, pad=1000 * KIB, queue="elsewhere", result_ttl_ms=-1)
        for times in range(1, 4):
            job = self.jobs.end(identity)
            self.assertEqual(job["state"], "finished")
            self.assertEqual(self.jobs.call("LLEN", "lq:{elsewhere}:wait"), 2)
            # Each requeue adds to the record, too.
            self.assertEqual(self.n_appended(), 2 * (times - 1))
            self.assertGreater(self.jobs.call("STRLEN", f"lq:{{default}}:job:{identity}"), (1 + times) * 1000 * KIB)
            self.jobs.call("DEL", "lq:{elsewhere}:wait", "lq:{elsewhere}:job:large-a-0", "lq:{elsewhere}:job:large-a-1")
            self.assertEqual(self.jobs.script("requeue", "default", identity, 0), 1)

    def test_a_lie_fails_its_attempt_and_nothing_else(self):
        self.start("-j", "2")
        others = [self.jobs.add("noop") for _ in range(20)]
        for queue, words in (("no queue", "it enqueued a follow-up job that makes no sense"),
                             ("fine", "it miscounted its follow-up jobs"),
                             ("", "its result is over the size limit")):
            job = self.jobs.end(self.jobs.add("liar", {"queue": queue}))
            self.assertEqual(job["state"], "failed")
            self.assertIn("the runner broke the protocol: " + words, failure(job)["message"], failure(job))
        for other in others:
            self.assertEqual(self.jobs.end(other)["state"], "finished")
        self.assertEqual(self.jobs.call("EXISTS", "lq:{fine}:wait"), 0)
        self.family("after-all", queue="elsewhere")


if __name__ == "__main__":
    lqtest.main()
