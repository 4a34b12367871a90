#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run-mutations.py --all | --some: puts errors into the scripts, in memory, and walks until each is found (TAP)."""
import sys

from mutations import FOUND, QUICK, SURVIVE
from server import RedisError, Server
from walk import FOCUSED, MIX, Mismatch, walk

# The whole twice, then its parts, where rare things are less rare.
WALKS = {'1': (MIX,), '2': (MIX,), **FOCUSED}
STEPS = 9000


def found_at(client, patches):
    """(walk, step) of the first alarm, or None."""
    for name, part in WALKS.items():
        try:
            walk(client, name, STEPS, part, patches=patches, is_quiet=True)
        except Mismatch as mismatch:
            return name, mismatch.step
    return None


def main(which):
    if which not in ('--all', '--some'):
        sys.exit(__doc__)
    to_find = FOUND if which == '--all' else {name: FOUND[name] for name in QUICK}
    to_miss = SURVIVE if which == '--all' else {}
    n_bad = 0
    print(f'1..{len(to_find) + len(to_miss)}')
    with Server() as server:
        for number, (name, patches) in enumerate([*to_find.items(), *to_miss.items()], 1):
            try:
                at = found_at(server.client, patches)
                is_right = (at is None) == (name in to_miss)
                said = f'walk {at[0]}, step {at[1]}' if at else 'not found, as it should be' if is_right else 'NOT FOUND'
            except (LookupError, RedisError) as error:
                is_right, said = False, str(error)
            n_bad += not is_right
            print(f'{"ok" if is_right else "not ok"} {number} - {name} # {said}', flush=True)
    return 1 if n_bad else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:2] or ['']))
