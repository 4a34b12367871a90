#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where the output goes: terminals, pipes that close, full disks; colour, progress, rates."""

import json
import os
import pty
import signal
import subprocess

import lqtest
from lqrun import environ, run, start


class Output(lqtest.TestCase):
    def fill(self, server, n=3000):
        run(server.url, "enqueue", "-", text='{"handler":"h"}\n' * n)

    def test_a_closed_pipe_ends_it_silently(self):
        server = self.server()
        self.fill(server)
        process = start(server.url, "list", "--limit", "3000", "queued", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(10)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), "")
        process.stderr.close()
        self.assertEqual(process.wait(20), 0)

    def test_closed_streams_are_no_connections(self):
        server = self.server()
        for words, closed in ((["enqueue", "-"], "0<&-"), (["ping"], "1>&-"), (["enqueue", "h"], "0<&- 1>&-")):
            done = subprocess.run(
                ["sh", "-c", f'exec "$0" "$@" {closed}', lqtest.find_built("lq"), *words], env=environ(server.url),
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False,
            )  # fmt: skip
            self.assertEqual(done.returncode, 1, words)
            self.assertIn("Bad file descriptor", done.stderr)

    def test_what_failed_before_the_first_has_no_number(self):
        server = self.server()
        server.call("SET", "lq:{q}:wait", "foreign")
        for words in (["empty", "q"], ["--json", "empty", "q"], ["--json", "delete", "--all", "queued", "-q", "q"]):
            done = run(server.url, *words)
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertNotEqual(done.stderr, "")

    def test_a_worker_without_a_claim_has_none(self):
        server = self.server()
        self.worker(server)
        workers = lambda: [json.loads(line) for line in run(server.url, "workers", "--json").stdout.splitlines()]
        lqtest.wait_until(workers, "the worker is there")
        self.assertNotIn("last_claim_ms", workers()[0])

    def test_a_full_disk_is_told(self):
        server = self.server()
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run(
                [lqtest.find_built("lq"), "ping"], env=environ(server.url), stdout=full,
                stderr=subprocess.PIPE, text=True, check=False,
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)

    def on_terminal(self, server, *words, stdin=subprocess.DEVNULL, **more):
        main, sub = pty.openpty()
        process = start(server.url, *words, more=more, stdin=stdin, stdout=sub, stderr=sub)
        os.close(sub)
        data = b""
        while True:
            try:
                chunk = os.read(main, 65536)
            except OSError:
                break  # the last one has closed it
            if not chunk:
                break
            data += chunk
        os.close(main)
        self.assertEqual(process.wait(20), 0)
        return data.decode().replace("\r\n", "\n")

    def test_a_table_for_a_terminal_and_columns_for_a_script(self):
        server = self.server()
        run(server.url, "enqueue", "--id", "job-1", "handler")
        table = self.on_terminal(server, "list", "queued", TERM="dumb")
        self.assertRegex(table, r"\AID     QUEUE    HANDLER  STATE   ATTEMPT  AT *\njob-1  default  handler  queued        1  \S+Z\n\Z")
        self.assertRegex(run(server.url, "list", "queued").stdout, r"\Ajob-1\tdefault\thandler\tqueued\t1\t\S+Z\n\Z")

    def test_colour_only_where_it_is_wanted(self):
        server = self.server()
        run(server.url, "enqueue", "--id", "job-1", "handler")
        words = ("show", "job-1")
        self.assertIn("\033[1m", self.on_terminal(server, *words, TERM="xterm"))
        for more in ({"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}, {}):
            self.assertNotIn("\033", self.on_terminal(server, *words, **more))
        self.assertNotIn("\033", run(server.url, *words, TERM="xterm").stdout)

    def test_progress_on_a_terminal(self):
        server = self.server()
        self.fill(server, 100000)
        self.assertRegex(self.on_terminal(server, "empty", "default", TERM="dumb"),
                         r"\A(?:\rdeleted \d+ of 100000)+\r +\r100000\n\Z")
        self.fill(server, 10)
        self.assertEqual(run(server.url, "empty", "default").stderr, "")

    def test_progress_needs_no_second_look_at_a_url_from_a_pipe(self):
        server = self.server()
        self.fill(server, 10)
        read_end, write_end = os.pipe()
        os.write(write_end, server.url.encode())
        os.close(write_end)
        self.assertEqual(self.on_terminal(server, "-u", "@-", "empty", "default", stdin=read_end, TERM="dumb"), "10\n")
        os.close(read_end)

    def test_progress_of_a_retry(self):
        server = self.server()
        run(server.url, "enqueue", "greet")
        self.assertEqual(self.worker(server, "--burst").wait(), 0)
        self.assertRegex(self.on_terminal(server, "retry", "--all", "-q", "default", TERM="dumb"),
                         r"\A\rlooked at 1 of 1\r +\r1\n\Z")

    def test_a_message_brings_no_control_characters(self):
        server = self.server()
        server.call("SADD", "lq:queues", "a\033[31mb")
        self.assertNotIn("\033", run(server.url, "info").stdout + run(server.url, "info").stderr)

    def test_watch_has_the_same_columns_at_each_look(self):
        server = self.server()
        process = start(server.url, "info", "--watch=10ms", "q", stdout=subprocess.PIPE)
        lines = [process.stdout.readline() for _ in range(10)]
        process.kill()
        process.communicate()
        self.assertEqual(lines[0], lines[5])
        self.assertEqual(lines[1].split("\t")[-3:], ["-", "-", "-\n"])
        self.assertEqual(lines[6].split("\t")[-3:], ["0.0", "0.0", "0.0\n"])

    def test_watch_shows_rates(self):
        server = self.server()
        process = start(server.url, "info", "--json", "--watch=50ms", "default", stdout=subprocess.PIPE)
        first = json.loads(process.stdout.readline())
        self.assertNotIn("enqueued_per_s", first["queues"][0])
        self.fill(server, 10)
        deadline_lines = 400
        rates = (json.loads(process.stdout.readline())["queues"][0]["enqueued_per_s"] for _ in range(deadline_lines))
        self.assertTrue(any(rate > 0 for rate in rates))
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(20), 130)
        process.stdout.close()


if __name__ == "__main__":
    lqtest.main()
