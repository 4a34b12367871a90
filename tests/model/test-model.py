#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test-model.py parts | fixed | fresh: random walks over the real scripts beside the model (TAP).

LQ_MODEL_STEPS and LQ_MODEL_SEED override the length and, of the fresh walk, the seed.
"""
import os
import secrets
import sys
import time

import tap
from server import Server
from walk import FOCUSED, MIX, walk

FIXED_SEED = 1
STEPS = int(os.environ.get('LQ_MODEL_STEPS', '120000'))
PART_STEPS = min(STEPS, 5000)
# A walk that never comes here proves less than it says.
MUST_SEE = ('code 0', 'code 1', 'code 2', 'code 3', 'ghost skipped', 'given again', 'child', 'waiter told', 'lost',
            'lost for good', 'stopped by reap', 'requeue locked', 'failed above the cap', 'canceled above the cap',
            'stopped above the cap')


def one_walk(client, seed, steps, part, must_see=()):
    begin = time.monotonic()
    done = walk(client, seed, steps, part)
    events = sum((q.events for q in done.queues), start=type(done.queues[0].events)())
    missed = [event for event in must_see if not events[event]]
    assert not missed, f'seed {seed}: in {steps} steps the walk never saw {missed}'
    said = ', '.join(f'{event} {n}' for event, n in sorted(events.items()))
    return f'seed {seed}, {steps} steps, {time.monotonic() - begin:.1f} s: {said}'


def main(which):
    must_see = MUST_SEE if STEPS >= 30000 else ()
    with Server() as server:
        if which == 'parts':
            tests = [(name, lambda part=part: one_walk(server.client, FIXED_SEED, PART_STEPS, part)) for name, part in FOCUSED.items()]
        elif which == 'fixed':
            tests = [('fixed seed', lambda: one_walk(server.client, FIXED_SEED, STEPS, (MIX,), must_see=must_see))]
        elif which == 'fresh':
            seed = int(os.environ.get('LQ_MODEL_SEED') or secrets.randbelow(10 ** 9))
            print(f'# LQ_MODEL_SEED={seed}', flush=True)
            tests = [('fresh seed', lambda: one_walk(server.client, seed, STEPS, (MIX,), must_see=must_see))]
        else:
            sys.exit(__doc__)
        return tap.run(tests)


if __name__ == '__main__':
    tap.need_redis('LQ_TESTS_MUST_RUN' in os.environ)
    sys.exit(main(*sys.argv[1:2] or ['']))
