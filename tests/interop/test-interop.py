#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client written from docs/protocol.md alone, lq and lq-worker understand each other."""

import pathlib

import lqtest
from client import Client

SCRIPTS = pathlib.Path(lqtest.find_built("enqueue.composed.lua")).parent


class Interop(lqtest.TestCase):
    def setUp(self):
        self.redis = self.server()
        self.client = Client(self.redis.socket, SCRIPTS)
        self.addCleanup(self.client.socket.close)
        self.addCleanup(self.client.file.close)

    def test_it_enqueues_waits_and_shows(self):
        worker = self.worker(self.redis, "other", "-j", "1")
        job = self.client.enqueue("other", "greet", {"name": "Ada"}, timeout_ms=5000, description="x")
        end = self.client.wait("other", job, lqtest.DEADLINE)
        self.assertEqual(end["state"], "finished")
        shown = lqtest.lq_json(self.redis, "show", "-q", "other", job)
        self.assertEqual(end["result"], shown["result"])
        self.assertEqual(shown["args"], {"name": "Ada"})
        self.assertEqual(shown["timeout_ms"], 5000)
        self.assertEqual(shown["description"], "x")
        again = self.client.show("other", job)
        self.assertEqual((again["state"], again["history"]), ("finished", end["history"]))
        self.assertEqual(worker.stop(), 0)

    def test_it_shows_what_lq_enqueued(self):
        arguments = ["n:=-70000", "list:=[1, 2.5, null, true]", "text=Ada", 'map:={"a": {"b": 3}}']
        job = lqtest.lq(self.redis, "enqueue", "nobody", *arguments).stdout.strip()
        shown = self.client.show("default", job)
        self.assertEqual((shown["state"], shown["handler"], shown["history"]), ("queued", "nobody", []))
        self.assertEqual(
            shown["args"],
            {"n": -70000, "list": [1, 2.5, None, True], "text": "Ada", "map": {"a": {"b": 3}}},
        )

    def test_a_wait_ends(self):
        self.assertIsNone(self.client.wait("default", "no-such-job", 1))
        self.assertIsNone(self.client.show("default", "no-such-job"))
        job = self.client.enqueue("default", "greet", None, delay_ms=3600000)
        self.assertEqual(self.client.show("default", job)["state"], "scheduled")
        with self.assertRaises(TimeoutError):
            self.client.wait("default", job, 0.05)

    def test_a_failure_is_told(self):
        self.worker(self.redis, "-j", "1")
        job = self.client.enqueue("default", "crash", None)
        end = self.client.wait("default", job, lqtest.DEADLINE)
        self.assertEqual(end["state"], "failed")
        self.assertEqual(end["history"][-1]["info"][0]["kind"], "signal")


if __name__ == "__main__":
    lqtest.main()
