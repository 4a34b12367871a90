# SPDX-License-Identifier: MIT
"""A private redis-server on a unix socket, and a client of it that can pipeline."""
import os
import shutil
import socket
import subprocess
import tempfile
import time


class RedisError(Exception):
    pass


class Client:
    """Speaks RESP2. Bulk replies are bytes, errors are raised by call() and returned by many()."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.file = self.socket.makefile('rb', 1 << 16)

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, commands):
        out = []
        for command in commands:
            out.append(b'*%d\r\n' % len(command))
            for arg in command:
                if isinstance(arg, str):
                    arg = arg.encode()
                elif not isinstance(arg, bytes):
                    arg = b'%d' % arg
                out.append(b'$%d\r\n%s\r\n' % (len(arg), arg))
        self.socket.sendall(b''.join(out))

    def read(self):
        line = self.file.readline()
        if not line.endswith(b'\r\n'):
            raise ConnectionError('the server closed the connection')
        kind, rest = line[:1], line[1:-2]
        if kind == b'$':
            size = int(rest)
            if size < 0:
                return None
            data = self.file.read(size + 2)
            return data[:-2]
        if kind == b'*':
            return None if rest == b'-1' else [self.read() for _ in range(int(rest))]
        if kind == b':':
            return int(rest)
        if kind == b'+':
            return rest
        return RedisError(rest.decode())

    def many(self, commands):
        self.send(commands)
        return [self.read() for _ in commands]

    def call(self, *command):
        reply = self.many([command])[0]
        if isinstance(reply, RedisError):
            raise reply
        return reply


class Server:
    """Started in a directory of its own, stopped by pid; a context manager."""

    def __init__(self, *options):
        self.program = shutil.which('redis-server')
        self.folder = tempfile.mkdtemp(prefix='lq-')
        self.path = os.path.join(self.folder, 'socket')
        self.options = options
        self.process = None

    def start(self):
        defaults = ['--port', '0', '--unixsocket', self.path, '--dir', self.folder, '--save', '',
                    '--appendonly', 'no', '--logfile', 'log']
        self.process = subprocess.Popen([self.program, *defaults, *self.options])
        deadline = time.monotonic() + 20
        while True:
            try:
                client = Client(self.path)
                if client.call('PING') == b'PONG':
                    return client
            except (OSError, RedisError):
                if time.monotonic() > deadline or self._has_died(0.005):
                    raise

    def _has_died(self, within):
        try:
            self.process.wait(timeout=within)
            return True
        except subprocess.TimeoutExpired:
            return False

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self):
        self.client = self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
