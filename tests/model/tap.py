# SPDX-License-Identifier: MIT
"""Runs functions as tests and says so in TAP."""
import shutil
import sys
import traceback

SKIP = 77


def need_redis(must_run):
    if shutil.which('redis-server'):
        return
    print('1..0 # SKIP no redis-server')
    sys.exit(1 if must_run else SKIP)


def run(tests):
    """tests: (name, function). Returns the exit status."""
    n_bad = 0
    print(f'1..{len(tests)}')
    for number, (name, function) in enumerate(tests, 1):
        try:
            note = function()
            print(f'ok {number} - {name}' + (f' # {note}' if note else ''), flush=True)
        except Exception:  # pylint: disable=broad-except
            n_bad += 1
            print(f'not ok {number} - {name}')
            print('\n'.join('# ' + line for line in traceback.format_exc().rstrip().split('\n')), flush=True)
    return 1 if n_bad else 0
