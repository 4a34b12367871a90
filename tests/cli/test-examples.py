#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each example is run: what its first lines promise is what happens."""

import os
import pathlib
import subprocess
import tempfile

import lqtest


def run(name, *arguments, text=""):
    return subprocess.run(
        [lqtest.find_built(name), *arguments], input=text, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


class Examples(lqtest.TestCase):
    def test_enqueue_and_wait(self):
        server = self.server()
        self.worker(server)
        done = run("enqueue-and-wait", server.url, "Ada")
        self.assertEqual((done.returncode, done.stdout), (0, "Hello, Ada!\n"), done.stderr)

    def test_enqueue_and_wait_for_a_failure(self):
        server = self.server()
        self.worker(server)
        done = run("enqueue-and-wait", server.url, "A" * 300)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("failed: ", done.stderr)

    def test_the_module(self):
        server = self.server()
        self.worker(server, "--grace", "1s", "--runners", "4", environ={"GREETING": "Salut"})
        lq = lambda *words: lqtest.lq(server, "enqueue", "--wait=30s", *words, check=False)
        self.assertEqual(lq("greet", "name=Ada").stdout, '{"text":"Salut, Ada!"}\n')
        self.assertEqual(lq("--backoff", "10ms..10ms", "flaky").stdout, '{"attempts":3}\n')
        for words, wanted in (
            (["--retry", "1", "--backoff", "10ms", "flaky"], "the server is busy"),
            (["--retry", "3", "greet", "nobody=1"], "rejected: arguments: "),
            (["crash"], "signal: killed by SIGSEGV"),
            (["slow"], "timeout: "),
        ):
            done = lq(*words)
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertIn(wanted, done.stderr)

    def test_own_worker(self):
        server = self.server()
        lqtest.lq(server, "enqueue", "--id", "sum", "add", "a:=1", "b:=2")
        lqtest.lq(server, "enqueue", "--id", "over", "add", "a:=9223372036854775807", "b:=1")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write("[1,2,3]")
            file.flush()
            lqtest.lq(server, "enqueue", "--id", "pairs", "add_pairs", "@" + file.name)
        lq_worker = pathlib.Path(lqtest.find_built("lq-worker"))
        worker = self.worker(
            server, "--burst", modules=[], program_path=lqtest.find_built("own-worker"),
            environ={"PATH": f"{lq_worker.parent}:{os.environ['PATH']}"},
        )  # fmt: skip
        self.assertEqual(worker.wait(), 0)
        self.assertEqual(lqtest.lq(server, "wait", "sum").stdout, "3\n")
        self.assertEqual(lqtest.lq_json(server, "show", "over")["failure"]["kind"], "error")
        self.assertEqual(lqtest.lq(server, "wait", "pairs").stdout, "2\n")
        self.assertEqual(lqtest.lq_json(server, "info", "default")["queues"][0]["finished_total"], 4)

    def test_batch_producer(self):
        server = self.server()
        done = run("batch-producer", server.url, text="".join(f"{n}\n" for n in range(12345)))
        self.assertEqual((done.returncode, done.stdout), (0, "12345 of 12345 made\n"), done.stderr)
        self.assertEqual(lqtest.lq_json(server, "info", "default")["queues"][0]["queued"], 12345)

    def test_checksums_of_a_thousand_files(self):
        server = self.server()
        for _ in range(2):
            self.worker(server, "checksums", "--runners", "2", modules=[lqtest.find_built("checksum-module.so")])
        with tempfile.TemporaryDirectory(prefix="lqfiles-") as name:
            wanted = {}
            for n in range(1000):
                data = bytes(byte * n % 256 for byte in range(n % 97))
                path = pathlib.Path(name, f"file-{n}")
                path.write_bytes(data)
                wanted[str(path)] = fnv1a(data)
            done = run("checksums", server.url, name)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = dict(reversed(line.split("  ", 1)) for line in done.stdout.splitlines())
        self.assertEqual(found, wanted)

    def test_checksums_of_a_file_that_goes_away(self):
        server = self.server()
        with tempfile.TemporaryDirectory(prefix="lqfiles-") as name:
            path = pathlib.Path(name, "gone")
            path.write_bytes(b"x")
            process = subprocess.Popen(
                [lqtest.find_built("checksums"), server.url, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )  # fmt: skip
            lqtest.wait_until(lambda: server.call("LLEN", "lq:{checksums}:wait") == 1, "the job is there")
            path.unlink()
            self.worker(server, "checksums", modules=[lqtest.find_built("checksum-module.so")])
            out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (1, ""))
        self.assertIn("no checksum", err)


if __name__ == "__main__":
    lqtest.main()
