#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`lq enqueue -`: many lines, slow lines, long lines, and a Redis that goes away."""

import os
import pathlib
import re
import select
import subprocess
import threading

import lqtest
from lqrun import run, start


class Stream(lqtest.TestCase):
    def test_a_hundred_thousand_lines_in_constant_memory(self):
        server = self.server()
        lines = "".join('{"handler":"h","args":{"n":%d}}\n' % n for n in range(100000))
        peaks = [self.peak(server, lines[: len(lines) // 10].rpartition("\n")[0] + "\n"), self.peak(server, lines)]
        self.assertLess(peaks[1], peaks[0] + 4096, f"kB at the peak: {peaks}")
        self.assertEqual(lqtest.lq_json(server, "info", "default")["queues"][0]["queued"],
                         100000 + lines[: len(lines) // 10].count("\n"))

    def peak(self, server, lines):
        """The peak of memory, kB; read while lq still runs, its input not yet closed."""
        # A sanitizer keeps what was freed for a while.
        more = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        process = start(
            server.url, "enqueue", "-", more=more, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )  # fmt: skip
        feeder = threading.Thread(target=lambda: (process.stdin.write(lines), process.stdin.flush()))
        feeder.start()
        ids = {process.stdout.readline() for _ in range(lines.count("\n"))}
        feeder.join()
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        process.stdin.close()
        self.assertEqual(process.stdout.read(), "")
        process.stdout.close()
        self.assertEqual(process.wait(20), 0)
        self.assertEqual(len(ids), lines.count("\n"))
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))

    def test_what_has_come_is_sent_when_the_input_pauses(self):
        server = self.server()
        process = start(server.url, "enqueue", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for identity in ("a", "b"):
            process.stdin.write('{"handler":"h","id":"%s"}\n' % identity)
            process.stdin.flush()
            self.assertTrue(select.select([process.stdout], [], [], lqtest.DEADLINE)[0])
            self.assertEqual(process.stdout.readline(), identity + "\n")
        process.stdin.close()
        self.assertEqual(process.wait(20), 0)
        process.stdout.close()

    def test_a_line_that_is_too_long_is_one_bad_line(self):
        server = self.server()
        for size in (8 * 1024 * 1024 + 1, 9000000):
            long_line = '{"handler":"h","args":"' + "x" * size
            done = run(server.url, "enqueue", "-", text='{"handler":"h","id":"a%d"}\n%s\n{"handler":"h"}\n%s' % (size, long_line, long_line))
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, r"\Aa\d+\n\n[0-9a-f-]{36}\n\n\Z")
            self.assertIn("line 2: longer than", done.stderr)
            self.assertIn("line 4: longer than", done.stderr)

    def test_arguments_at_their_limit_and_above(self):
        server = self.server()
        fits, over = 1024 * 1024 - 5, 1024 * 1024 - 4  # a str of that size has a head of 5 bytes
        lines = "".join('{"handler":"h","args":"%s"}\n' % ("x" * size) for size in (fits, over))
        done = run(server.url, "enqueue", "-", text=lines)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"\A[0-9a-f-]{36}\n\n\Z")
        self.assertIn("line 2: ", done.stderr)

    def test_arguments_that_are_too_large_are_told_in_words_of_json(self):
        server = self.server()
        text = '"%s"' % ("x" * 1024 * 1024)
        done = run(server.url, "enqueue", "-", text='{"handler":"h","args":%s}' % text)
        self.assertEqual((done.returncode, done.stderr), (1, "line 1: args: more than 1 MiB as msgpack\n"))
        done = run(server.url, "enqueue", "h", "@-", text=text)
        self.assertEqual((done.returncode, done.stderr), (1, "lq enqueue: @-: more than 1 MiB as msgpack\n"))

    def test_a_number_is_what_it_says(self):
        server = self.server()
        done = run(server.url, "enqueue", "-", text='{"handler":"h","id":"a","timeout":1000000.5}')
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(lqtest.lq_json(server, "show", "a")["timeout_ms"], 1000000500)

    def test_a_redis_that_goes_away_is_waited_for(self):
        server = self.server(aof=True)
        process = start(server.url, "enqueue", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write('{"handler":"h","id":"a"}\n')
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "a\n")
        server.restart()
        out, err = process.communicate('{"handler":"h","id":"b"}\n{"handler":"h"}\n', timeout=30)
        self.assertEqual((process.returncode, err), (0, ""))
        self.assertRegex(out, r"\Ab\n[0-9a-f-]{36}\n\Z")
        self.assertEqual(lqtest.lq_json(server, "info")["queues"][0]["queued"], 3)

    def test_a_redis_that_stays_away_ends_it(self):
        server = self.server()
        process = start(server.url, "enqueue", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write('{"handler":"h","id":"a"}\n')
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "a\n")
        server.kill()
        out, err = process.communicate('{"handler":"h","id":"b"}\n', timeout=60)
        self.assertEqual((process.returncode, out), (3, "\n"))
        self.assertIn("line 2: ", err)


if __name__ == "__main__":
    lqtest.main()
