# SPDX-License-Identifier: MIT
"""What the worker's tests share: a client of the protocol, and a test with a directory for files."""

import os
import pathlib
import shutil
import tempfile

import client
import lqtest

SCRIPTS = pathlib.Path(lqtest.find_built("enqueue.composed.lua")).parent
MODULE = lqtest.find_built("worker-module.so")
ENDED = ("finished", "failed", "canceled", "stopped")


class Jobs(client.Client):
    """Jobs of one queue, as docs/protocol.md has them."""

    def __init__(self, server, queue="default"):
        super().__init__(server.socket, SCRIPTS)
        self.queue = queue

    def close(self):
        self.file.close()
        self.socket.close()

    def add(self, handler, args=None, **options):
        return self.enqueue(self.queue, handler, args, **options)

    def end(self, identity, seconds=lqtest.DEADLINE):
        """The job once it has ended, with its last entry as "last"."""
        job = self.wait(self.queue, identity, seconds)
        job["last"] = job["history"][-1]
        return job

    def look(self, identity):
        """The job with its state as the structures say it; None: no such job."""
        reply = self.script("find", self.queue, identity)
        return {**self.decode(reply[1]), "state": reply[0].decode()} if reply else None

    def wait_state(self, identity, state):
        return lqtest.wait_until(
            lambda: (job := self.look(identity)) and job["state"] == state and job,
            f"{identity} is {state}",
        )

    def held(self):
        """How many jobs workers hold."""
        keys = self.call("KEYS", f"lq:{{{self.queue}}}:held:*")
        return sum(self.call("ZCARD", key) for key in keys)


def failure(job):
    """The error map of a job that failed or was stopped."""
    return job["last"]["info"][0]


class TestCase(lqtest.TestCase):
    def setUp(self):
        self.redis = self.server()
        self.jobs = Jobs(self.redis)
        self.addCleanup(self.jobs.close)
        self.directory = tempfile.mkdtemp(prefix="lqjobs-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        os.chmod(self.directory, 0o777)

    def start(self, *arguments, **options):
        worker = self.worker(self.redis, *arguments, modules=[MODULE], **options)
        worker.wait_ready()
        return worker

    def incarnation(self):
        """<name>.<uuid> of the worker that showed itself last."""
        found = lqtest.wait_until(
            lambda: self.jobs.call("ZRANGE", "lq:workers", "-1", "-1"), "a worker shows itself"
        )
        return found[0].decode()

    def path(self, name):
        return os.path.join(self.directory, name)

    def touch(self, name):
        pathlib.Path(self.path(name)).touch()

    def wait_file(self, name):
        lqtest.wait_until(lambda: os.path.exists(self.path(name)), f"the file {name}")

    def add_work(self, name, **options):
        """A job that runs until self.touch(name + ".go")."""
        args = {"here": self.path(name + ".here"), "until": self.path(name + ".go")}
        return self.jobs.add("work", args, **options)

    def wait_here(self, name):
        self.wait_file(name + ".here")
