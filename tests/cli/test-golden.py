#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One folder under cases/ for each case: cmd is run by sh, stdout, stderr and exit are what it must give.

A missing stdout or stderr means empty, a missing exit 0. Ids, times and what else
differs from run to run are replaced by words before the comparison. A cmd that calls `worker`
runs a worker with examples/module.c in burst mode. LQ_GOLDEN_WRITE=1 writes what came out, to be read
before it is committed.
"""

import os
import pathlib
import re
import subprocess
import tempfile

import lqtest

CASES = pathlib.Path(__file__).resolve().parent / "cases"

# Everything that a run cannot know beforehand.
VARYING = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
    (re.compile(r"\b\d{15,}\b"), "TOKEN"),
    (re.compile(r"\b[A-Za-z0-9_-]+-\d+-[0-9a-f]{4}(\.UUID)?\b"), "WORKER"),
    (re.compile(r'("(?:user_ms|system_ms|max_rss_kb|oldest_queued_ms|round_trip_us)":)\d+'), r"\1N"),
    (re.compile(r"\b\d+ (ms user|ms system|kB of memory)"), r"N \1"),
    (re.compile(r"(?<=TIME\t)\d+(?:\.\d+)?m?s(?=\t)"), "TOOK"),
]

PRELUDE = 'worker() { "$WORKER" -m "$MODULE" --burst --log-level error "$@"; }\n'


def normalise(text, directory):
    text = text.replace(directory, "DIR")
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text


class Golden(lqtest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.redis = lqtest.Server().start()
        cls.addClassCleanup(cls.redis.close)

    def run_case(self, case):
        self.redis.call("FLUSHALL")
        command = (case / "cmd").read_text()
        lq = pathlib.Path(lqtest.find_built("lq"))
        environ = {
            "PATH": f"{lq.parent}:{os.environ['PATH']}",
            "LQ_URL": self.redis.url,
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
        }
        if "worker" in command:
            environ["WORKER"] = lqtest.find_built("lq-worker")
            environ["MODULE"] = lqtest.find_built("module.so")
        with tempfile.TemporaryDirectory(prefix="lqcase-") as directory:
            done = subprocess.run(
                ["sh", "-c", PRELUDE + command],
                cwd=directory,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
                check=False,
            )
        return {
            "stdout": normalise(done.stdout.decode(errors="replace"), self.redis.directory),
            "stderr": normalise(done.stderr.decode(errors="replace"), self.redis.directory),
            "exit": f"{done.returncode}\n",
        }

    def check_case(self, case):
        found = self.run_case(case)
        for name, text in found.items():
            default = "0\n" if name == "exit" else ""
            path = case / name
            if os.environ.get("LQ_GOLDEN_WRITE"):
                path.unlink(missing_ok=True)
                if text != default:
                    path.write_text(text)
            wanted = path.read_text() if path.exists() else default
            self.assertEqual(wanted, text, f"{case.name}/{name}")


def add_tests():
    for case in sorted(CASES.iterdir()):
        setattr(Golden, "test_" + case.name.replace("-", "_"), lambda self, case=case: self.check_case(case))


add_tests()

if __name__ == "__main__":
    lqtest.main()
