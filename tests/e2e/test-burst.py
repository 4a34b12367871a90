#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many no-op jobs by `lq enqueue -`, two workers in burst: each is finished, once, and the counts agree.

LQ_E2E_JOBS=100000 for as many.
"""

import os

import jobs
import lqtest

N_JOBS = int(os.environ.get("LQ_E2E_JOBS", "5000"))


class Burst(lqtest.TestCase):
    def run_burst(self, *options):
        server = self.server()
        ids = jobs.enqueue(server, ({"handler": "noop"} for _ in range(N_JOBS)))
        self.assertEqual(len(set(ids)), N_JOBS)
        module = lqtest.find_built("e2e-module.so")
        workers = [self.worker(server, "--burst", *options, modules=[module]) for _ in range(2)]
        for worker in workers:
            self.assertEqual(worker.wait(timeout=600), 0, worker.log())
            self.assertEqual(worker.left_behind(), [])
        return server, ids

    def check(self, server, ids):
        histories = jobs.histories(server, ids)
        kinds = [[entry[-1] for entry in histories[identity]] for identity in ids]
        self.assertEqual(kinds, [[jobs.FINISHED]] * N_JOBS)
        info = jobs.counts(server)
        self.assertEqual((info["enqueued_total"], info["finished_total"]), (N_JOBS, N_JOBS))
        self.assertEqual((info["queued"], info["started"], info["failed_total"]), (0, 0, 0))
        self.assertEqual(info["finished"], min(N_JOBS, 10000))
        self.assertEqual(jobs.counters(server).get("twice", 0), 0)

    def test_a_process_for_each_job(self):
        self.check(*self.run_burst())

    def test_recycled_runners(self):
        self.check(*self.run_burst("--jobs-per-runner", "0"))


if __name__ == "__main__":
    lqtest.main()
