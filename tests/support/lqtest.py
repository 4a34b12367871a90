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
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

DEADLINE = 20.0  # seconds; sanitizers and a loaded machine included
MARK = "LQTEST_MARK"  # in the environment of all that a worker starts


def build_dir():
    return pathlib.Path(os.environ["LQ_BUILD_DIR"]).resolve()


def find_built(name):
    """The built program or module of that name."""
    for path in sorted(build_dir().rglob(name)):
        if path.is_file() and not any(part.endswith(".p") for part in path.parts):
            return str(path)
    raise FileNotFoundError(f"{name} is not in {build_dir()}: build it first")


def wait_until(condition, what, timeout=DEADLINE):
    """Calls condition until it returns something true, which is returned; fails after timeout."""
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {timeout:g} s in vain: {what}")
        select.select([], [], [], 0.01)


# ---- Redis ----


class RespError(Exception):
    """An error reply of the server."""


class Resp:
    """A connection that speaks RESP2. Bulk strings are bytes, nil is None."""

    def __init__(self, path, timeout=DEADLINE):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    @staticmethod
    def format(arguments):
        parts = [b"*%d\r\n" % len(arguments)]
        for argument in arguments:
            data = argument if isinstance(argument, bytes) else str(argument).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        return b"".join(parts)

    def call(self, *arguments):
        self.socket.sendall(self.format(arguments))
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionResetError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest
        if kind == b"-":
            raise RespError(rest.decode())
        if kind == b":":
            return int(rest)
        size = int(rest)
        if size < 0:
            return None
        if kind == b"$":
            return self.file.read(size + 2)[:-2]
        if kind == b"*":
            return [self.read() for _ in range(size)]
        raise ValueError(f"no RESP2: {line!r}")


class Server:
    """A private redis-server on a Unix socket in a directory of its own."""

    def __init__(self, aof=False, arguments=()):
        self.directory = tempfile.mkdtemp(prefix="lqtest-")
        self.socket = os.path.join(self.directory, "redis.sock")
        self.url = "unix://" + self.socket
        self.command = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", ""]
        self.command += ["--dir", self.directory, "--appendonly", "yes" if aof else "no"]
        self.command += ["--appendfsync", "always", *arguments]
        self.process = None

    def start(self):
        with open(os.path.join(self.directory, "log"), "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(self.answers, "redis-server answers")
        return self

    def answers(self):
        if self.process.poll() is not None:
            log = pathlib.Path(self.directory, "log").read_text(errors="replace")
            raise AssertionError("redis-server ended:\n" + log)
        try:
            connection = Resp(self.socket)
        except OSError:
            return False
        try:
            return connection.call("PING") == b"PONG"
        except (RespError, OSError):
            return False  # loading
        finally:
            connection.close()

    def connect(self):
        return Resp(self.socket)

    def call(self, *arguments):
        """One command on a connection of its own."""
        connection = self.connect()
        try:
            return connection.call(*arguments)
        finally:
            connection.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        """kill -9, then a new one on the same files."""
        self.kill()
        self.start()

    def close(self):
        if self.process:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


# ---- Processes ----


def children(pid):
    found = []
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in path.read_text().split()]
        except OSError:
            pass  # it has just ended
    return found


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def program(pid):
    """The name of the program that a process runs; "" if there is no such process."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def marked(mark):
    """Living processes that were started, at whatever distance, with this mark."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            environ = path.read_bytes()
        except OSError:
            continue  # gone, or not ours
        pid = int(path.parent.name)
        if wanted in environ.split(b"\0") and is_alive(pid):
            found.append(pid)
    return found


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

    def point(self, test, ok, directive=""):
        name = test.id().removeprefix("__main__.")
        print(f"{'ok' if ok else 'not ok'} {self.testsRun} - {name}{directive}", flush=True)

    def addSuccess(self, test):
        self.point(test, True)

    def addSkip(self, test, reason):
        self.point(test, True, f" # SKIP {reason}")

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.point(test, False)
        for line in self.failures[-1][1].splitlines():
            print("#", line, flush=True)

    def addError(self, test, error):
        if isinstance(test, unittest.TestCase):
            self.addFailure(test, error)
        else:
            super().addError(test, error)  # a class or module could not be set up
            print(f"Bail out! {error[1]}", flush=True)


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
