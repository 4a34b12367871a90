# SPDX-License-Identifier: MIT
"""The harness of the end-to-end tests: a Redis, workers and the command line, each private to a test.

Python's standard library only. Nothing here sleeps for a fixed time: a test
waits for an event or a condition, with a deadline that fails it.

    class Burst(lqtest.TestCase):
        def test_one_job(self):
            server = self.server()
            lqtest.lq(server, "enqueue", "greet", "name=Ada")
            worker = self.worker(server, "--burst")
            self.assertEqual(worker.wait(), 0)

    if __name__ == "__main__":
        lqtest.main()
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import unittest
import uuid

from lqprocess import MARK, children, descendants, is_alive, marked, program
from lqredis import DEADLINE, Resp, RespError, Server, wait_until

__all__ = [
    "DEADLINE", "MARK", "Resp", "RespError", "Server", "TestCase", "Worker", "children", "descendants",
    "find_built", "is_alive", "lq", "lq_json", "main", "marked", "program", "wait_until",
]


def build_dir():
    return pathlib.Path(os.environ["LQ_BUILD_DIR"]).resolve()


def find_built(name):
    """The built program or module of that name."""
    for path in sorted(build_dir().rglob(name)):
        if path.is_file() and not any(part.endswith(".p") for part in path.parts):
            return str(path)
    raise FileNotFoundError(f"{name} is not in {build_dir()}: build it first")


class Worker:
    """An lq-worker of the build, with its log as it comes."""

    def __init__(self, server, *arguments, modules=None, environ=None, program_path=None):
        self.mark = uuid.uuid4().hex
        command = [program_path or find_built("lq-worker"), "--log-format", "json"]
        if server:
            command += ["--url", server.url]
        for module in modules if modules is not None else [find_built("module.so")]:
            command += ["--module", module]
        self.events = []  # one dict for each line of the log, in order
        self.lines = []  # the lines that are no JSON
        self.news = threading.Condition()
        self.process = subprocess.Popen(
            command + list(arguments),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environ or {}), MARK: self.mark},
        )
        self.pid = self.process.pid
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()

    def read_log(self):
        for line in self.process.stderr:
            text = line.decode(errors="replace").rstrip("\n")
            with self.news:
                try:
                    event = json.loads(text)
                    self.events.append(event if isinstance(event, dict) else {"text": text})
                except ValueError:
                    self.lines.append(text)
                self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def log(self):
        """All of the log, for people."""
        with self.news:
            return "\n".join([json.dumps(event) for event in self.events] + self.lines)

    def wait_event(self, predicate, what, timeout=DEADLINE):
        """The first event, past or to come, that satisfies the predicate."""
        with self.news:
            found = self.news.wait_for(
                lambda: next((event for event in self.events if predicate(event)), None), timeout
            )
        if found is None:
            raise AssertionError(f"no {what} in the log after {timeout:g} s:\n{self.log()}")
        return found

    def wait_ready(self):
        return self.wait_event(lambda event: event.get("event") == "ready", "`ready`")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """A warm stop; its exit status."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self, timeout=60.0):
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the worker has not left after {timeout:g} s:\n{self.log()}")
        self.reader.join(DEADLINE)
        return status

    def spawners(self):
        return [pid for pid in children(self.pid) if program(pid) != "lq-crash-report"]

    def runners(self):
        return [runner for spawner in self.spawners() for runner in children(spawner)]

    def left_behind(self):
        """Processes of this worker's tree that live on, wherever they were reparented to."""
        return [pid for pid in marked(self.mark) if pid != self.pid]

    def close(self):
        if self.process.poll() is None:
            self.kill()
        for pid in self.left_behind():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.reader.join(DEADLINE)
        self.process.stderr.close()


# ---- The command line ----


def lq(server, *arguments, check=True, text=None, timeout=60.0):
    """Runs lq; its CompletedProcess. check: an exit status other than 0 fails the test."""
    command = [find_built("lq"), "--url", server.url, *arguments]
    done = subprocess.run(
        command,
        input=text if text is not None else "",
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"{command} said {done.returncode}: {done.stderr}{done.stdout}")
    return done


def lq_json(server, *arguments):
    """What `lq --json` prints, decoded."""
    return json.loads(lq(server, "--json", *arguments).stdout)


# ---- Test programs ----


class TestCase(unittest.TestCase):
    """With servers and workers that are closed when the test ends."""

    def server(self, **options):
        server = Server(**options)
        self.addCleanup(server.close)
        return server.start()

    def worker(self, server, *arguments, **options):
        worker = Worker(server, *arguments, **options)
        self.addCleanup(worker.close)
        return worker


class TapResult(unittest.TestResult):
    """Speaks TAP, so that meson counts each test."""

    def startTest(self, test):
        super().startTest(test)
        self.n_before = len(self.failures) + len(self.errors)
        self.directive = ""

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.directive = f" # SKIP {reason}"

    def stopTest(self, test):
        # Here, and not in addSuccess(): a failed part (subTest) has its test end otherwise.
        failures = (self.failures + self.errors)[self.n_before :]
        name = test.id().removeprefix("__main__.")
        print(f"{'not ok' if failures else 'ok'} {self.testsRun} - {name}{self.directive}")
        for part, text in failures:
            print(f"{part}:\n{text}", file=sys.stderr)  # meson shows no comments of TAP
        sys.stdout.flush()
        super().stopTest(test)

    def addError(self, test, error):
        super().addError(test, error)
        if not isinstance(test, unittest.TestCase):
            print(f"Bail out! {error[1]!r}", flush=True)  # a class or module could not be set up


def main():
    """Runs the tests of the main module (those named on the command line) as a TAP program."""
    loader = unittest.TestLoader()
    module = sys.modules["__main__"]
    if len(sys.argv) > 1:
        suite = loader.loadTestsFromNames(sys.argv[1:], module)
    else:
        suite = loader.loadTestsFromModule(module)
    print(f"1..{suite.countTestCases()}", flush=True)
    if not shutil.which("redis-server"):
        if os.environ.get("LQ_TESTS_MUST_RUN") == "1":
            print("Bail out! redis-server is not installed (./dev setup)")
            sys.exit(1)
        sys.exit(77)
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
