#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client in another language, written from docs/protocol.md alone: enqueues, waits, shows.

  client.py SOCKET FOLDER-OF-COMPOSED-SCRIPTS enqueue QUEUE HANDLER JSON
  client.py SOCKET FOLDER-OF-COMPOSED-SCRIPTS wait QUEUE ID SECONDS
  client.py SOCKET FOLDER-OF-COMPOSED-SCRIPTS show QUEUE ID
"""

import hashlib
import json
import pathlib
import socket
import struct
import sys
import time
import uuid

KINDS = {1: "retry", 2: "snooze", 3: "return", 4: "lost", 5: "requeued", 6: "unknown",
         8: "finished", 9: "failed", 10: "canceled", 11: "stopped"}
OPTIONS = {"timeout_ms": 1, "max_attempts": 2, "backoff_ms": 3, "backoff_max_ms": 4, "result_ttl_ms": 5,
           "failure_ttl_ms": 6, "ttl_ms": 7, "delay_ms": 8, "run_at_ms": 9, "description": 11, "sensitive": 12}


def pack(value):
    if value is None or isinstance(value, bool):
        return b"\xc0" if value is None else b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return bytes([value]) if 0 <= value < 128 else b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\xdb" + struct.pack(">I", len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return b"\xc6" + struct.pack(">I", len(value)) + value
    if isinstance(value, dict):
        pairs = b"".join(pack(key) + pack(item) for key, item in value.items())
        return b"\xdf" + struct.pack(">I", len(value)) + pairs
    return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))


def unpack(data, at):
    """The value at an offset, and the offset after it."""
    kind, at = data[at], at + 1
    if kind < 0x80 or kind >= 0xE0:
        return (kind if kind < 0x80 else kind - 256), at
    if kind < 0xC0:
        first = 0xA0 if kind >= 0xA0 else kind & 0xF0
        kind, size = {0x80: 0xDF, 0x90: 0xDD, 0xA0: 0xDB}[first], kind - first
    else:
        if kind <= 0xC3:
            return {0xC0: None, 0xC2: False, 0xC3: True}[kind], at
        form = {0xC4: "B", 0xC5: "H", 0xC6: "I", 0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I",
                0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q", 0xD9: "B", 0xDA: "H", 0xDB: "I",
                0xDC: "H", 0xDD: "I", 0xDE: "H", 0xDF: "I"}[kind]
        size, at = struct.unpack_from(">" + form, data, at)[0], at + struct.calcsize(form)
        if 0xCA <= kind <= 0xD3:
            return size, at
    if kind in (0xC4, 0xC5, 0xC6):
        return bytes(data[at : at + size]), at + size
    if kind in (0xD9, 0xDA, 0xDB):
        return data[at : at + size].decode(), at + size
    items = []
    for _ in range(size * (2 if kind >= 0xDE else 1)):
        item, at = unpack(data, at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2])) if kind >= 0xDE else items), at


class Client:
    def __init__(self, path, scripts, prefix="lq"):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.scripts, self.prefix = pathlib.Path(scripts), prefix

    def call(self, *arguments):
        parts = [a if isinstance(a, bytes) else str(a).encode() for a in arguments]
        bulks = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self.socket.sendall(b"*%d\r\n" % len(parts) + bulks)
        return self.reply()

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.reply() for _ in range(int(rest))]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        return int(rest) if kind == b":" else rest

    def script(self, name, queue, *arguments):
        text, base = (self.scripts / f"{name}.composed.lua").read_bytes(), f"{self.prefix}:{{{queue}}}"
        try:
            return self.call("EVALSHA", hashlib.sha1(text).hexdigest(), 1, base, *arguments)
        except RuntimeError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
            return self.call("EVAL", text, 1, base, *arguments)

    def enqueue(self, queue, handler, args, **options):
        identity = str(uuid.uuid4())
        chosen = dict(sorted((OPTIONS[name], value) for name, value in options.items()))
        record = b"\x97\x01\xc0" + pack(handler) + pack(b"" if args is None else pack(args)) + pack(chosen)
        record += b"\xcf" + struct.pack(">Q", int(time.time() * 1000)) + b"\x00"
        self.call("SADD", f"{self.prefix}:queues", queue)
        when = f"+{options['delay_ms']}" if "delay_ms" in options else options.get("run_at_ms", 0)
        self.script("enqueue", queue, 0, when, 0, identity, record)
        return identity

    def wait(self, queue, identity, seconds):
        """The decoded record of the job's end; None: no such job. TimeoutError: not yet."""
        nonce, deadline = uuid.uuid4().hex, time.monotonic() + seconds
        while True:
            reply = self.script("wait", queue, identity, nonce, 0)
            if reply != b"wait":
                return self.decode(reply) if reply else None
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"{identity} has not ended")
            self.call("BLPOP", f"{self.prefix}:{{{queue}}}:done:{nonce}", f"{min(left, 20):.2f}")

    def show(self, queue, identity):
        reply = self.script("find", queue, identity)
        return {**self.decode(reply[1]), "state": reply[0].decode()} if reply else None

    def decode(self, record):
        elements, at = [], 0
        while at < len(record):
            element, at = unpack(record, at)
            elements.append(element)
        _, unique, handler, args, _, created, _ = elements[0]
        history = [{"kind": KINDS[e[-1]], "at": e[0], "worker": e[1], "info": e[2], "token": e[3], "attempts": e[6]}
                   for e in elements[1:]]
        job = {"handler": handler, "unique": unique, "args": unpack(args, 0)[0] if args else None,
               "created": created, "history": history, "state": history[-1]["kind"] if history else "queued"}
        if history and history[-1]["kind"] == "finished" and history[-1]["info"][0]:
            job["result"] = unpack(history[-1]["info"][0], 0)[0]
        return job


if __name__ == "__main__":
    client, (verb, job_queue, *rest) = Client(sys.argv[1], sys.argv[2]), sys.argv[3:]
    if verb == "enqueue":
        print(client.enqueue(job_queue, rest[0], json.loads(rest[1])))
    else:
        found = client.show(job_queue, rest[0]) if verb == "show" else client.wait(job_queue, rest[0], float(rest[1]))
        print(json.dumps(found, default=lambda data: data.hex()))
