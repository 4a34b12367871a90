# SPDX-License-Identifier: MIT
"""A connection that sends many commands before it reads."""
from lqredis import Resp, RespError, Server

__all__ = ['Client', 'RespError', 'Server']


class Client(Resp):
    def many(self, commands):
        """The replies in order; an error is a reply like any other."""
        self.socket.sendall(b''.join(map(self.format, commands)))
        return [self.one() for _ in commands]

    def one(self):
        try:
            return self.read()
        except RespError as error:
            return error
