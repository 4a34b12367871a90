#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test-mutations.py Some | All: puts errors into the scripts, in memory, and walks until each is found."""
import lqtest
from mutations import FOUND, QUICK, SURVIVE
from server import Client
from walk import FOCUSED, MIX, Mismatch, walk

# The whole twice, then its parts, where rare things are less rare.
WALKS = {'1': (MIX,), '2': (MIX,), **FOCUSED}
STEPS = 9000


class Mutations(lqtest.TestCase):
    def setUp(self):
        self.client = Client(self.server().socket)
        self.addCleanup(self.client.close)

    def found_at(self, patches):
        """(walk, step) of the first alarm, or None."""
        for name, part in WALKS.items():
            try:
                walk(self.client, name, STEPS, part, patches=patches, is_quiet=True)
            except Mismatch as mismatch:
                return name, mismatch.step
        return None

    def find(self, name):
        at = self.found_at(FOUND[name])
        self.assertIsNotNone(at, f'{name}: no walk found it')
        print(f'# {name}: walk {at[0]}, step {at[1]}')


def each(names, check):
    """A test for each name, so that TAP tells them apart."""
    return {'test ' + name: lambda self, name=name: check(self, name) for name in names}


def survives(self, name):
    self.assertIsNone(self.found_at(SURVIVE[name]), f'{name}: a walk finds it, move it to FOUND')


Some = type('Some', (Mutations,), each(QUICK, Mutations.find))
All = type('All', (Mutations,), {**each(FOUND, Mutations.find), **each(SURVIVE, survives)})

if __name__ == '__main__':
    lqtest.main()
