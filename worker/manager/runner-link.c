/* SPDX-License-Identifier: MIT */
#include "runner-link.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "macro.h"

#define READ_SIZE 65536  /* per runner and turn */
#define PARTIAL_MS 30000 /* from a frame's first byte to its last */
#define DRAIN_READS 1024 /* of a socket that somebody else may still write to: 64 MiB */

static void on_event(void *userdata, uint32_t events);
static void on_partial(void *userdata);

int runner_link_init(struct runner_link *link, struct loop *loop, int fd,
		     const struct runner_link_events *events, void *userdata)
{
	*link = (struct runner_link){
		.loop = loop,
		.events = events,
		.userdata = userdata,
		.source = LOOP_SOURCE(on_event, link),
		.partial = LOOP_TIMER(on_partial, link),
		.fd = -1,
		.in = BUFFER_INIT(WIRE_FRAME_MAX + READ_SIZE),
		.out = BUFFER_INIT(WIRE_FRAME_MAX),
	};
	int r = loop_watch(loop, &link->source, fd, EPOLLIN);
	if (r >= 0)
		link->fd = fd;
	return r;
}

void runner_link_close(struct runner_link *link)
{
	if (link->fd >= 0) {
		loop_unwatch(link->loop, &link->source);
		loop_timer_stop(link->loop, &link->partial);
		(void)close(link->fd);
	}
	link->fd = -1;
	link->is_deaf |= buffer_size(&link->out) > 0;
	buffer_fini(&link->in);
	buffer_fini(&link->out);
}

bool runner_link_is_delivered(const struct runner_link *link)
{
	return !link->is_deaf && buffer_size(&link->out) == 0;
}

/* ---- Out ---- */

static void flush(struct runner_link *link)
{
	uint32_t events = EPOLLIN;

	while (!link->is_deaf && buffer_size(&link->out) > 0) {
		ssize_t n = send(link->fd, buffer_begin(&link->out), buffer_size(&link->out),
				 MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n >= 0)
			buffer_consume(&link->out, (size_t)n);
		else if (errno == EAGAIN) {
			events |= EPOLLOUT;
			break;
		} else if (errno != EINTR)
			link->is_deaf = true;
	}
	if (link->source.events != events)
		(void)loop_watch(link->loop, &link->source, link->fd, events);
}

int runner_link_send_job(struct runner_link *link, const struct wire_job *job)
{
	int r = wire_put_job(&link->out, job);

	if (r < 0)
		return r;
	if (link->fd < 0)
		link->is_deaf = true;
	else
		flush(link);
	return 0;
}

/* ---- In ---- */

/* Hands over whole frames. How many bytes they were, or -EPROTO. */
static int64_t parse(struct runner_link *link, const uint8_t *data, size_t size)
{
	size_t at = 0;

	while (at < size && link->fd >= 0) {
		struct wire_message message;
		int64_t n = wire_parse(data + at, size - at, WIRE_FRAME_MAX, &message);

		if (n <= 0)
			return n < 0 ? n : (int64_t)at;
		at += (size_t)n;
		link->events->on_message(link->userdata, &message);
	}
	return (int64_t)at;
}

/* Most reads hold whole frames, which are parsed where they lie; only a rest is kept. */
static int take(struct runner_link *link, const uint8_t *data, size_t size)
{
	bool is_direct = buffer_size(&link->in) == 0;
	int64_t n;

	if (!is_direct) {
		int r = buffer_append(&link->in, data, size);
		if (r < 0)
			return r;
		data = buffer_begin(&link->in);
		size = buffer_size(&link->in);
	}
	n = parse(link, data, size);
	if (n < 0 || link->fd < 0)
		return (int)MIN(n, 0);
	if (!is_direct)
		buffer_consume(&link->in, (size_t)n);
	else if ((size_t)n < size)
		return buffer_append(&link->in, data + n, size - (size_t)n);
	return 0;
}

static void on_partial(void *userdata)
{
	struct runner_link *link = userdata;

	runner_link_close(link);
	link->events->on_bad(link->userdata, "it began a frame and did not end it");
}

static void watch_partial(struct runner_link *link)
{
	if (link->fd < 0)
		return;
	if (buffer_size(&link->in) == 0)
		loop_timer_stop(link->loop, &link->partial);
	else if (!link->partial.is_set)
		loop_timer_in(link->loop, &link->partial, PARTIAL_MS);
}

/* One recv() without a control buffer, so that the kernel drops descriptors that a handler sends.
 */
static bool read_some(struct runner_link *link)
{
	static uint8_t data[READ_SIZE];
	ssize_t n = recv(link->fd, data, sizeof(data), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		/* Not 0: it died with something unread. There is no more than one job to read. */
		bool was_unread = n < 0;

		runner_link_close(link);
		link->is_deaf |= was_unread;
		link->events->on_eof(link->userdata);
		return false;
	}
	if (take(link, data, (size_t)n) < 0) {
		runner_link_close(link);
		link->events->on_bad(link->userdata, "it sent a frame that makes no sense");
		return false;
	}
	watch_partial(link);
	return true;
}

static void on_event(void *userdata, uint32_t events)
{
	struct runner_link *link = userdata;

	if (events & EPOLLOUT)
		flush(link);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		(void)read_some(link);
}

void runner_link_drain(struct runner_link *link)
{
	for (int i = 0; i < DRAIN_READS && link->fd >= 0 && read_some(link); i++)
		;
}
