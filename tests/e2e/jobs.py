# SPDX-License-Identifier: MIT
"""Jobs in bulk: enqueue them by `lq enqueue -`, and read what became of each from its record."""

import json

import lqtest
from client import unpack

FINISHED, TERMINAL = 8, (8, 9, 10, 11)


def enqueue(server, jobs):
    """Hands dicts to `lq enqueue -`; the ids, in order."""
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    done = lqtest.lq(server, "enqueue", "-", text=lines, timeout=300)
    return done.stdout.split()


def histories(server, ids, queue="default"):
    """id -> its entries after the envelope, each a list as docs/protocol.md has it; None: no record."""
    connection = server.connect()
    found = {}
    for first in range(0, len(ids), 1000):
        page = ids[first : first + 1000]
        keys = [f"lq:{{{queue}}}:job:{identity}" for identity in page]
        for identity, record in zip(page, connection.call("MGET", *keys)):
            found[identity] = decode(record) if record is not None else None
    connection.close()
    return found


def decode(record):
    elements, at = [], 0
    while at < len(record):
        element, at = unpack(record, at)
        elements.append(element)
    return elements[1:]


def counts(server, queue="default"):
    """The queue's line of `lq info --json`."""
    info = lqtest.lq_json(server, "info")
    return next((line for line in info["queues"] if line["name"] == queue), None)


def counters(server, queue="default"):
    """The queue's own counters; one that was never counted is absent."""
    flat = server.call("HGETALL", f"lq:{{{queue}}}:stats")
    return {name.decode(): int(value) for name, value in zip(flat[::2], flat[1::2])}
