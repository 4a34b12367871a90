/* SPDX-License-Identifier: MIT */
/* The harness: a runner's side, and leashes. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <libqueue/value.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

void peer_send(struct peer *peer, const char *handler, const void *args, size_t size)
{
	const struct wire_job job = {
		.seq = ++peer->last_seq,
		.claim = 4711,
		.attempt = 2,
		.max_attempts = 5,
		.timeout_ms = 60000,
		.queue = "mail",
		.id = "the-id",
		.handler = handler,
		.args = args,
		.args_size = size,
	};
	struct buffer out = BUFFER_INIT(WIRE_FRAME_MAX);

	ck_assert_int_eq(wire_put_job(&out, &job), 0);
	while (buffer_size(&out) > 0) {
		ssize_t n = send(peer->fds[WIRE_FD_SOCKET], buffer_begin(&out), buffer_size(&out),
				 MSG_NOSIGNAL);
		ck_assert_int_gt(n, 0);
		buffer_consume(&out, (size_t)n);
	}
	buffer_fini(&out);
}

void peer_send_text(struct peer *peer, const char *handler, const char *text)
{
	struct lq_value *value = text ? lq_pack("s", text) : NULL;
	size_t size = 0;
	const void *data = value ? lq_value_data(value, &size) : NULL;

	peer_send(peer, handler, data, size);
	lq_value_free(value);
}

bool peer_receive(struct peer *peer, struct wire_message *ret)
{
	static struct buffer frame = BUFFER_INIT(WIRE_FRAME_MAX);
	struct pollfd p = { .fd = peer->fds[WIRE_FD_SOCKET], .events = POLLIN };

	for (;;) {
		int64_t size = wire_parse(buffer_begin(&peer->in), buffer_size(&peer->in),
					  WIRE_FRAME_MAX, ret);
		uint8_t *to;

		ck_assert_int_ge(size, 0);
		if (size > 0) {
			buffer_clear(&frame);
			ck_assert_int_eq(
				buffer_append(&frame, buffer_begin(&peer->in), (size_t)size), 0);
			buffer_consume(&peer->in, (size_t)size);
			return wire_parse(buffer_begin(&frame), (size_t)size, WIRE_FRAME_MAX, ret) >
			       0;
		}
		ck_assert_msg(poll(&p, 1, HARNESS_DEADLINE_MS) == 1, "the runner says nothing");
		ck_assert_int_eq(buffer_reserve(&peer->in, 65536, &to), 0);
		ssize_t n = recv(p.fd, to, 65536, 0);
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return false;
		ck_assert_int_gt(n, 0);
		buffer_commit(&peer->in, (size_t)n);
	}
}

struct wire_outcome peer_wait_outcome(struct peer *peer)
{
	struct wire_message m;

	ck_assert_msg(peer_receive(peer, &m), "the runner ended without an outcome");
	ck_assert_int_eq(m.type, WIRE_OUTCOME);
	ck_assert_uint_eq(m.outcome.seq, peer->last_seq);
	ck_assert_uint_eq(m.outcome.n_children, 0);
	return m.outcome;
}

void peer_wait_closed(struct peer *peer)
{
	struct wire_message m;

	ck_assert_msg(!peer_receive(peer, &m), "a frame of type %d instead of the end",
		      (int)m.type);
}

void peer_wait_dead(struct peer *peer)
{
	struct pollfd p = { .fd = peer->fds[WIRE_FD_PIDFD], .events = POLLIN };

	ck_assert_msg(poll(&p, 1, HARNESS_DEADLINE_MS) == 1, "the runner does not die");
}

struct wire_outcome peer_run(struct peer *peer, const char *handler, const char *text)
{
	peer_send_text(peer, handler, text);
	return peer_wait_outcome(peer);
}

const char *result_text(const struct wire_outcome *outcome)
{
	static char copy[LQ_RESULT_MAX];
	struct lq_value *value = lq_value_from_msgpack(outcome->result, outcome->result_size);
	const char *text;

	ck_assert_int_eq(outcome->verdict, WIRE_FINISHED);
	ck_assert_int_eq(lq_unpack(value, "s", &text), 0);
	(void)snprintf(copy, sizeof(copy), "%s", text);
	lq_value_free(value);
	return copy;
}

void read_available(int fd, char *text, size_t size)
{
	size_t used = 0;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (used < size - 1 && poll(&p, 1, 0) == 1) {
		ssize_t n = read(fd, text + used, size - 1 - used);
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	text[used] = '\0';
}

void leash_make(struct leash *leash)
{
	static unsigned int n;

	(void)snprintf(leash->path, sizeof(leash->path), "/tmp/lq-leash-%d-%u", (int)getpid(), n++);
	(void)unlink(leash->path);
	ck_assert_int_eq(mkfifo(leash->path, 0600), 0);
	leash->fd = open(leash->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(leash->fd, 0);
}

/* A byte, or false at the end of the stream. */
static bool leash_read(struct leash *leash)
{
	struct pollfd p = { .fd = leash->fd, .events = POLLIN };
	char byte;

	ck_assert_msg(poll(&p, 1, HARNESS_DEADLINE_MS) == 1, "the leash is still held");
	return read(leash->fd, &byte, 1) == 1;
}

void leash_wait_for(struct leash *leash, size_t n_processes)
{
	for (size_t i = 0; i < n_processes; i++)
		ck_assert_msg(leash_read(leash), "only %zu processes stand", i);
}

void leash_assert_free(struct leash *leash)
{
	while (leash_read(leash))
		;
	(void)close(leash->fd);
	(void)unlink(leash->path);
}
