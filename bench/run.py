#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures libqueue beside what this machine can do at most, in one run: run.py [ROUNDS] [OUTPUT.json].

Every round measures each thing once, in turn, so that what else the machine does falls on all alike.
Prints medians (smallest to largest) and ratios, and writes all of it as JSON.
"""

import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

import lqtest

RECORD_SIZE = 200
BATCHES = {"one by one": (1, 20000), "batches of 100": (100, 200000), "batches of 1,000": (1000, 400000),
           "10,000 a call, pipelined": (10000, 400000)}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def redis_benchmark(server, *options):
    """LPUSHes a second of values as long as a record."""
    words = run("redis-benchmark", "-s", server.socket, "-t", "lpush", "-d", str(RECORD_SIZE), "--csv",
                "-c", "1", *options)  # fmt: skip
    return float(re.search(r'"LPUSH[^"]*","([\d.]+)"', words)[1])


def enqueue(server, batch, n):
    server.call("FLUSHALL")
    return float(run(lqtest.find_built("bench-enqueue"), server.url, str(n), str(batch)))


def work(server, n, *options):
    """Jobs a second of one worker, from its being ready to its leaving."""
    server.call("FLUSHALL")
    run(lqtest.find_built("bench-enqueue"), server.url, str(n), "1000")
    worker = start_worker(server, "--burst", *options)
    try:
        worker.wait_ready()
        start = time.monotonic()
        if worker.wait(timeout=300) != 0:
            raise RuntimeError(worker.log())
        return n / (time.monotonic() - start)
    finally:
        worker.close()


def start_worker(server, *options):
    return lqtest.Worker(
        server, "--log-level", "warning" if "--burst" not in options else "info", *options,
        modules=[lqtest.find_built("bench-module.so")],
    )  # fmt: skip


def latency(server, n):
    """p50 and p99 in microseconds: enqueue to start, enqueue to result."""
    server.call("FLUSHALL")
    worker = start_worker(server)
    try:
        lqtest.wait_until(worker.runners, "runners")
        lines = run(lqtest.find_built("bench-latency"), server.url, str(n)).split()
        return dict(zip(("start p50", "start p99", "result p50", "result p99"), map(float, lines)))
    finally:
        worker.close()


def pss(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])


def memory(server):
    """KiB PSS of an idle worker with two runners and four spares, by role."""
    worker = start_worker(server, "--runners", "2", "--spares", "4")
    try:
        lqtest.wait_until(lambda: len(worker.runners()) >= 6, "six runners")
        roles = {
            "manager": [worker.pid],
            "spawner": worker.spawners(),
            "six runners": worker.runners(),
        }
        return {role: sum(pss(pid) for pid in pids) for role, pids in roles.items()}
    finally:
        worker.close()


def measure(server):
    """name -> figure of one round."""
    found = {}
    found["redis-benchmark LPUSH -c 1"] = redis_benchmark(server, "-n", "20000")
    found["redis-benchmark LPUSH -c 1 -P 100"] = redis_benchmark(server, "-n", "400000", "-P", "100")
    for name, (batch, n) in BATCHES.items():
        found[f"enqueue, {name}"] = enqueue(server, batch, n)
    found["fork + exit + wait"] = float(run(lqtest.find_built("bench-fork-loop")))
    found["jobs, a process each"] = work(server, 10000)
    found["jobs, recycled runners"] = work(server, 50000, "--jobs-per-runner", "0")
    for name, value in latency(server, 300).items():
        found[f"latency us, {name}"] = value
    for name, value in memory(server).items():
        found[f"PSS KiB, {name}"] = value
    return found


RATIOS = [
    ("enqueue, one by one", "redis-benchmark LPUSH -c 1"),
    ("enqueue, batches of 1,000", "redis-benchmark LPUSH -c 1 -P 100"),
    ("jobs, a process each", "fork + exit + wait"),
    ("jobs, recycled runners", "redis-benchmark LPUSH -c 1"),
]


def report(rounds):
    figures = {name: [one[name] for one in rounds] for name in rounds[0]}
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, values in figures.items():
        print(f"| {name} | {medians[name]:,.0f} | {min(values):,.0f}-{max(values):,.0f} |")
    ratios = {f"{a} / {b}": medians[a] / medians[b] for a, b in RATIOS}
    for name, value in ratios.items():
        print(f"| {name} | {value:.2f} | |")
    return {"figures": figures, "medians": medians, "ratios": ratios}


def main():
    n_rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    server = lqtest.Server()
    try:
        server.start()
        rounds = []
        for number in range(n_rounds):
            rounds.append(measure(server))
            print(f"round {number + 1} of {n_rounds}", file=sys.stderr)
        version = re.search(rb"redis_version:(\S+)", server.call("INFO", "server"))[1].decode()
    finally:
        server.close()
    machine = {"cpus": len(os.sched_getaffinity(0)), "kernel": platform.release(), "redis": version}
    result = {"machine": machine, **report(rounds)}
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
