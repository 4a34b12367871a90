#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test-model.py Parts | Fixed | Fresh: random walks over the real scripts beside the model.

LQ_MODEL_STEPS and LQ_MODEL_SEED override the length and, of the fresh walk, the seed.
"""
import os
import secrets
from collections import Counter

import lqtest
from server import Client
from walk import FOCUSED, MIX, walk

FIXED_SEED = 1
STEPS = int(os.environ.get('LQ_MODEL_STEPS', '120000'))
PART_STEPS = min(STEPS, 5000)
# A walk that never comes here proves less than it says; a short one need not.
MUST_SEE = ('code 0', 'code 1', 'code 2', 'code 3', 'ghost skipped', 'given again', 'child', 'child delayed',
            'child at front', 'child locked', "child with its parent's key", 'waiter told', 'lost',
            'lost for good', 'stopped by reap', 'requeue locked', 'failed above the cap', 'canceled above the cap',
            'stopped above the cap')
MUST_SEE_STEPS = 30_000


class Walks(lqtest.TestCase):
    def walk(self, seed, steps, part=(MIX,)):
        client = Client(self.server().socket)
        self.addCleanup(client.close)
        done = walk(client, seed, steps, part)
        events = sum((q.events for q in done.queues), start=Counter())
        print(f'# seed {seed}, {steps} steps: ' + ', '.join(f'{event} {n}' for event, n in sorted(events.items())))
        return events

    def whole(self, seed):
        events = self.walk(seed, STEPS)
        if STEPS >= MUST_SEE_STEPS:
            self.assertEqual([event for event in MUST_SEE if not events[event]], [], f'seed {seed} never saw these')


class Parts(Walks):
    def test_parts_of_exchange(self):
        for name, part in FOCUSED.items():
            with self.subTest(name):
                self.walk(FIXED_SEED, PART_STEPS, part)


class Fixed(Walks):
    def test_fixed_seed(self):
        self.whole(FIXED_SEED)


class Fresh(Walks):
    def test_fresh_seed(self):
        seed = int(os.environ.get('LQ_MODEL_SEED') or secrets.randbelow(10 ** 9))
        print(f'# LQ_MODEL_SEED={seed}', flush=True)
        self.whole(seed)


if __name__ == '__main__':
    lqtest.main()
