# SPDX-License-Identifier: MIT
"""Running lq in an environment of its own, for the tests in this folder."""

import os
import subprocess

import lqtest

NOWHERE = "unix:///nowhere/redis.sock"
COMMANDS = "enqueue wait show list info workers retry cancel delete pause resume empty ping help".split()


def environ(url, **more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # Sanitizers take their options from here.
    kept.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    return {**kept, "LQ_URL": url, "LC_ALL": "C.UTF-8", **more}


def run(url, *arguments, text="", **more):
    return subprocess.run(
        [lqtest.find_built("lq"), *arguments],
        input=text, capture_output=True, text=True, env=environ(url, **more), timeout=60, check=False,
    )  # fmt: skip


def start(url, *arguments, more=None, **options):
    """A running lq, its streams text; more: of the environment."""
    options.setdefault("stdin", subprocess.DEVNULL)
    command = [lqtest.find_built("lq"), *arguments]
    return subprocess.Popen(command, env=environ(url, **(more or {})), text=True, **options)
