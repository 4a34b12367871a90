#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a handler can find of the credentials in /proc: nothing."""

import os
import pathlib
import shutil
import subprocess

import jobs
import lqtest

SECRET = "correct-horse-battery"
NOBODY = 65534


class Secrets(jobs.TestCase):
    def setUp(self):
        super().setUp()
        self.jobs.call("CONFIG", "SET", "requirepass", SECRET)
        self.url = f"unix://:{SECRET}@{self.redis.socket}"
        os.chmod(self.redis.directory, 0o755)
        os.chmod(self.redis.socket, 0o777)

    def look(self, *arguments, environ=None, as_user=True):
        """Two ancestors of the handler are the spawner and the manager; the test is none of them."""
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_user else {}
        command, module = lqtest.find_built("lq-worker"), jobs.MODULE
        if as_user:
            command, module = self.reachable()
        process = subprocess.Popen(
            [command, "--module", module, "-j", "1", "--burst", *arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environ or {})},
            **options,
        )
        self.addCleanup(process.stderr.close)
        log = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, 0, log)
        self.assertNotIn(SECRET, log)

    def reachable(self):
        """The programs where an ordinary user may run them."""
        root = pathlib.Path(self.directory, "programs")
        (root / "spawner").mkdir(parents=True, exist_ok=True)
        for name, place in (("lq-worker", "."), ("lq-spawner", "spawner"), ("worker-module.so", ".")):
            target = root / place / name
            shutil.copy(lqtest.find_built(name), target)
            target.chmod(0o755)
        return str(root / "lq-worker"), str(root / "worker-module.so")

    def check(self, *arguments, environ=None, as_user=True):
        identity = self.jobs.add("look", {"needle": SECRET, "levels": 2})
        self.look(*arguments, environ=environ, as_user=as_user)
        job = self.jobs.end(identity)
        self.assertEqual(job["state"], "finished")
        self.assertEqual(job["result"]["found"], "")
        return job["result"]

    def test_the_url_on_the_command_line(self):
        self.check("--url", self.url, as_user=os.getuid() == 0)

    def test_the_url_with_an_equals_sign(self):
        self.check(f"--url={self.url}", as_user=os.getuid() == 0)

    def test_the_url_in_the_environment(self):
        self.check(environ={"LQ_URL": self.url}, as_user=os.getuid() == 0)

    def test_the_managers_memory_is_not_an_ordinary_users(self):
        if os.getuid() != 0:
            self.skipTest("needs root to become an ordinary user")
        result = self.check("--url", self.url)
        self.assertEqual(result["uid"], NOBODY)
        self.assertFalse(result["can_read_memory"])

    def test_the_command_line_is_wiped_even_for_root(self):
        self.check("--url", self.url, as_user=False)


if __name__ == "__main__":
    lqtest.main()
