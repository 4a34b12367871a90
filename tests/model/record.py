# SPDX-License-Identifier: MIT
"""Records as docs/protocol.md says them, built without any msgpack library."""
import struct

RETRY, SNOOZE, RETURN, LOST, REQUEUED, UNKNOWN = 1, 2, 3, 4, 5, 6
FINISHED, FAILED, CANCELED, STOPPED = 8, 9, 10, 11
KINDS = {'retry': RETRY, 'snooze': SNOOZE, 'return': RETURN, 'unknown': UNKNOWN,
         'finished': FINISHED, 'failed': FAILED, 'canceled': CANCELED, 'stopped': STOPPED}
STATES = {FINISHED: 'finished', FAILED: 'failed', CANCELED: 'canceled', STOPPED: 'stopped'}
NIL = b'\xc0'
TAIL = 21


def text(value):
    data = value.encode()
    if len(data) < 32:
        return bytes([0xa0 | len(data)]) + data
    return b'\xd9' + bytes([len(data)]) + data


def binary(data):
    if len(data) < 256:
        return b'\xc4' + bytes([len(data)]) + data
    return b'\xc5' + struct.pack('>H', len(data)) + data


def u64(n):
    return b'\xcf' + struct.pack('>Q', n)


def envelope(unique, handler, args, created):
    return b'\x97\x01' + (text(unique) if unique else NIL) + text(handler) + binary(args) + b'\x80' + u64(created) + b'\x00'


def tail(token, snoozes, losses, attempts, kind):
    return u64(token) + b'\xce' + struct.pack('>I', snoozes) + b'\xcd' + struct.pack('>H', losses) + \
        b'\xcd' + struct.pack('>H', attempts) + bytes([kind])


def entry(when, worker, info, token, snoozes, losses, attempts, kind):
    return b'\x98' + u64(when) + (text(worker) if worker else NIL) + info + tail(token, snoozes, losses, attempts, kind)


def counters(record):
    """snoozes, losses, attempts."""
    if not record or record[-1] == 0 or len(record) < TAIL:
        return 0, 0, 0
    last = record[-TAIL:]
    return struct.unpack('>I', last[10:14])[0], struct.unpack('>H', last[15:17])[0], struct.unpack('>H', last[18:20])[0]


def settling(record, when, worker, token, kind, info=NIL):
    """The entry with which a worker settles a record it holds."""
    snoozes, losses, attempts = counters(record)
    if kind in (RETRY, FINISHED, FAILED, STOPPED):
        attempts, losses = attempts + 1, 0
    elif kind == SNOOZE:
        snoozes, losses = snoozes + 1, 0
    return entry(when, worker, info, token, snoozes, losses, attempts, kind)
