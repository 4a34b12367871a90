# SPDX-License-Identifier: MIT
"""Process trees, as /proc tells them: who descends from whom, and whose mark somebody carries."""

import pathlib

MARK = "LQTEST_MARK"  # in the environment of all that a worker starts


def children(pid):
    found = []
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in path.read_text().split()]
        except OSError:
            pass  # it has just ended
    return found


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def program(pid):
    """The name of the program that a process runs; "" if there is no such process."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def marked(mark):
    """Living processes that were started, at whatever distance, with this mark."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            environ = path.read_bytes()
        except OSError:
            continue  # gone, or not ours
        pid = int(path.parent.name)
        if wanted in environ.split(b"\0") and is_alive(pid):
            found.append(pid)
    return found
