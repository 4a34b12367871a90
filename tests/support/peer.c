/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include "buffer.h"
#include "clock.h"

#include <assert.h>
#include <errno.h>
#include <fnmatch.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define RECEIVED_MAX (64 * 1024 * 1024)
#define SHOWN 120 /* characters of a long command in the words */

struct peer {
	pthread_t thread;
	const struct peer_step *steps;
	int listen_fd, fd;
	struct buffer received;
	struct sockaddr_un address;
	char dir[64];
	char url[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 16];
	char words[PEER_WORDS_SIZE];
};

__attribute__((format(printf, 2, 3))) static bool complain(struct peer *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(p->words, sizeof(p->words), format, args);
	va_end(args);
	return false;
}

static bool wait_for(struct peer *p, int fd, short events, const char *what)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	if (poll(&pfd, 1, PEER_LIMIT_MS) == 1)
		return true;
	return complain(p, "waited in vain for %s", what);
}

static bool do_accept(struct peer *p)
{
	if (!wait_for(p, p->listen_fd, POLLIN, "a connection"))
		return false;
	p->fd = accept4(p->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	return p->fd >= 0 || complain(p, "accept: %s", strerror(errno));
}

static bool receive_more(struct peer *p, const char *what)
{
	uint8_t *to;

	if (!wait_for(p, p->fd, POLLIN, what))
		return false;
	if (buffer_reserve(&p->received, 65536, &to) < 0)
		return complain(p, "received more than fits");
	ssize_t n = recv(p->fd, to, 65536, 0);
	if (n <= 0)
		return complain(p, "the other side closed, but was to send %s", what);
	buffer_commit(&p->received, (size_t)n);
	return true;
}

/* The "*N" or "$N" line at *offset; false: it is not whole yet, or none. */
static bool read_header(const struct peer *p, char type, size_t *offset, size_t *ret)
{
	const char *data = (const char *)buffer_begin(&p->received);
	size_t size = buffer_size(&p->received), value = 0, at = *offset;

	if (at >= size || data[at++] != type)
		return false;
	for (; at < size && data[at] >= '0' && data[at] <= '9'; at++)
		value = value * 10 + (size_t)(data[at] - '0');
	if (at + 2 > size || data[at] != '\r' || data[at + 1] != '\n')
		return false;
	*offset = at + 2;
	*ret = value;
	return true;
}

/* The command at the front of what was received, as "NAME ARGUMENT ..."; NULL: it is not whole. */
static char *take_command(struct peer *p)
{
	size_t at = 0, n, size, length = 0;

	if (!read_header(p, '*', &at, &n))
		return NULL;
	char *text = malloc(buffer_size(&p->received) + 1);
	assert(text);
	for (size_t i = 0; i < n; i++) {
		if (!read_header(p, '$', &at, &size) || at + size + 2 > buffer_size(&p->received)) {
			free(text);
			return NULL;
		}
		if (i > 0)
			text[length++] = ' ';
		memcpy(text + length, buffer_begin(&p->received) + at, size);
		length += size;
		at += size + 2;
	}
	text[length] = '\0';
	buffer_consume(&p->received, at);
	return text;
}

static bool do_expect(struct peer *p, const char *pattern)
{
	char *command;

	while (!(command = take_command(p)))
		if (!receive_more(p, pattern))
			return false;
	bool ok = fnmatch(pattern, command, 0) == 0;
	if (!ok)
		(void)complain(p, "came \"%.*s\" instead of \"%.*s\"", SHOWN, command, SHOWN,
			       pattern);
	free(command);
	return ok;
}

static bool do_receive(struct peer *p, size_t size)
{
	while (buffer_size(&p->received) < size)
		if (!receive_more(p, "more bytes"))
			return false;
	buffer_consume(&p->received, size);
	return true;
}

/* That the other side has closed meanwhile is no failure: it may have heard enough. */
static bool do_send(struct peer *p, const struct peer_step *step)
{
	for (size_t i = 0; i < step->times; i++) {
		size_t sent = 0;

		while (sent < step->size) {
			ssize_t n = send(p->fd, step->data + sent, step->size - sent, MSG_NOSIGNAL);
			if (n < 0)
				return errno == EPIPE || errno == ECONNRESET ||
				       complain(p, "send: %s", strerror(errno));
			sent += (size_t)n;
		}
	}
	return true;
}

static void do_close(struct peer *p)
{
	if (p->fd >= 0)
		(void)close(p->fd);
	p->fd = -1;
	buffer_clear(&p->received);
}

static bool do_stall(struct peer *p)
{
	char byte[4096];

	do {
		if (!wait_for(p, p->fd, POLLIN, "the other side to close"))
			return false;
	} while (recv(p->fd, byte, sizeof(byte), 0) > 0);
	return true;
}

static bool do_step(struct peer *p, const struct peer_step *step)
{
	switch (step->kind) {
	case PEER_STEP_ACCEPT:
		return do_accept(p);
	case PEER_STEP_EXPECT:
		return do_expect(p, step->data);
	case PEER_STEP_RECEIVE:
		return do_receive(p, step->size);
	case PEER_STEP_SEND:
		return do_send(p, step);
	case PEER_STEP_STALL:
		return do_stall(p);
	case PEER_STEP_CLOSE:
	case PEER_STEP_END:
	default:
		do_close(p);
		return true;
	}
}

static void *run(void *userdata)
{
	struct peer *p = userdata;
	const struct peer_step *step = p->steps;

	while (step->kind != PEER_STEP_END && do_step(p, step))
		step++;
	do_close(p);
	return NULL;
}

static struct peer *new_peer(const struct peer_step *steps)
{
	struct peer *p = calloc(1, sizeof(*p));

	assert(p);
	p->steps = steps;
	p->listen_fd = p->fd = -1;
	p->received = BUFFER_INIT(RECEIVED_MAX);
	return p;
}

static struct peer *start(struct peer *p)
{
	int r = pthread_create(&p->thread, NULL, run, p);

	assert(r == 0);
	(void)r;
	return p;
}

struct peer *peer_start_pair(const struct peer_step *steps, int *ret_fd)
{
	struct peer *p = new_peer(steps);
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		abort();
	p->fd = fds[0];
	*ret_fd = fds[1];
	return start(p);
}

struct peer *peer_start_listening(const struct peer_step *steps)
{
	struct peer *p = new_peer(steps);

	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/lq-peer-XXXXXX");
	if (!mkdtemp(p->dir))
		abort();
	p->address.sun_family = AF_UNIX;
	(void)snprintf(p->address.sun_path, sizeof(p->address.sun_path), "%s/socket", p->dir);
	(void)snprintf(p->url, sizeof(p->url), "unix://%s", p->address.sun_path);
	p->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(p->listen_fd, (const struct sockaddr *)&p->address, sizeof(p->address)) < 0 ||
	    listen(p->listen_fd, 16) < 0)
		abort();
	return start(p);
}

const char *peer_url(const struct peer *p)
{
	return p->url;
}

const char *peer_path(const struct peer *p)
{
	return p->address.sun_path;
}

void peer_finish(struct peer *p, char words[PEER_WORDS_SIZE])
{
	(void)pthread_join(p->thread, NULL);
	memcpy(words, p->words, PEER_WORDS_SIZE);
	if (p->listen_fd >= 0) {
		(void)close(p->listen_fd);
		(void)unlink(p->address.sun_path);
		(void)rmdir(p->dir);
	}
	buffer_fini(&p->received);
	free(p);
}
