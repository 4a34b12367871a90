# SPDX-License-Identifier: MIT
"""A private redis-server, a client of the protocol, and waiting with a deadline."""

import os
import pathlib
import select
import shutil
import socket
import subprocess
import tempfile
import time

DEADLINE = 20.0  # seconds; sanitizers and a loaded machine included


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
