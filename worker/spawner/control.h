/* SPDX-License-Identifier: MIT */
/* The spawner's end of the pair to the manager. */
#pragma once

#include <stddef.h>

#include "wire.h"

struct buffer;

/*
 * One message: the frame in out, with n descriptors (they stay the caller's). Waits while the
 * manager does not read. 0, or a negative errno: -EPIPE or -ECONNRESET when it is gone.
 */
int control_send(int fd, const struct buffer *out, const int *fds, size_t n);
/* WIRE_FAILED or WIRE_NOTE; cut to what a message may hold. */
int control_say(int fd, enum wire_type type, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * Takes one message into data (WIRE_CONTROL_MAX bytes). 1: *ret is set. 0: there is none now.
 * -ECONNRESET: the manager is gone. -EPROTO: it said what it must not say.
 */
int control_receive(int fd, void *data, struct wire_message *ret);
/* Whether fd is an open SOCK_SEQPACKET socket. */
int control_check(int fd);
