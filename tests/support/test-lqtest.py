#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The harness itself: a server is private and survives its kill, a deadline fails, a tree is found."""

import os
import subprocess
import sys
import unittest

import lqtest


class Harness(lqtest.TestCase):
    def test_server_answers(self):
        server = self.server()
        self.assertEqual(server.call("SET", "a", b"\0\r\n"), b"OK")
        self.assertEqual(server.call("GET", "a"), b"\0\r\n")
        self.assertEqual(server.call("EVAL", "return {1, {false, 'x'}}", 0), [1, [None, b"x"]])
        with self.assertRaisesRegex(lqtest.RespError, "unknown command"):
            server.call("NOSUCH")

    def test_server_survives_kill_with_aof(self):
        server = self.server(aof=True)
        server.call("SET", "a", "1")
        server.restart()
        self.assertEqual(server.call("GET", "a"), b"1")

    def test_servers_are_apart(self):
        one, other = self.server(), self.server()
        one.call("SET", "a", "1")
        self.assertIsNone(other.call("GET", "a"))

    def test_deadline_fails(self):
        with self.assertRaisesRegex(AssertionError, "in vain: the moon"):
            lqtest.wait_until(lambda: False, "the moon", timeout=0.05)

    def test_tree_is_found(self):
        mark = "test-" + str(os.getpid())
        script = "tail -f /dev/null & echo; wait"
        with subprocess.Popen(
            ["sh", "-c", script],
            stdout=subprocess.PIPE,
            env={**os.environ, lqtest.MARK: mark},
        ) as shell:
            shell.stdout.readline()
            tree = [shell.pid, *lqtest.descendants(shell.pid)]
            self.assertEqual(sorted(lqtest.marked(mark)), sorted(tree))
            shell.kill()
            shell.wait()
            self.assertFalse(lqtest.is_alive(shell.pid))
            for pid in lqtest.marked(mark):
                os.kill(pid, 9)

    def test_failure_is_told(self):
        program = (
            "import lqtest\n"
            "class T(lqtest.TestCase):\n"
            "    def test(self):\n"
            "        with self.subTest(n=7): self.fail('why')\n"
            "lqtest.main()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("not ok 1 - T.test", done.stdout)
        self.assertIn("(n=7)", done.stderr)
        self.assertIn("AssertionError: why", done.stderr)


if __name__ == "__main__":
    lqtest.main()
