/* SPDX-License-Identifier: MIT */
/* Lines from a descriptor, each up to a limit. */
#include "line-reader.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 65536

void line_reader_init(struct line_reader *r, int fd, size_t max)
{
	*r = (struct line_reader){ .fd = fd, .buffer = BUFFER_INIT(max + CHUNK), .max = max };
}

void line_reader_fini(struct line_reader *r)
{
	buffer_fini(&r->buffer);
}

/* Moves on to the line behind. */
static void consume(struct line_reader *r, size_t size)
{
	buffer_consume(&r->buffer, size);
	r->n_looked = 0;
}

/* 1: something was read, or the input has ended; 0: nothing is there. */
static int read_more(struct line_reader *r, bool may_block)
{
	struct pollfd input = { .fd = r->fd, .events = POLLIN };
	uint8_t *room;
	ssize_t n;
	int ready = poll(&input, 1, may_block ? -1 : 0);

	if (ready <= 0)
		return ready < 0 && errno != EINTR ? -errno : may_block;
	ready = buffer_reserve(&r->buffer, CHUNK, &room);
	if (ready < 0)
		return ready;
	n = read(r->fd, room, CHUNK);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? may_block : -errno;
	if (n == 0)
		r->has_ended = true;
	buffer_commit(&r->buffer, (size_t)n);
	return 1;
}

/* A line that ends behind size bytes (and end_size of its end), given out or, if its beginning is
 * gone, told. */
static int give(struct line_reader *r, size_t size, size_t end_size, const char **ret_line,
		size_t *ret_size)
{
	if (r->is_skipping || size > r->max) {
		r->is_skipping = false;
		consume(r, size + end_size);
		return LINE_TOO_LONG;
	}
	*ret_line = (const char *)buffer_begin(&r->buffer);
	*ret_size = size;
	r->n_used = size + end_size;
	return LINE_READY;
}

/* A line_outcome from what is in the buffer, or -EAGAIN. */
static int take_line(struct line_reader *r, const char **ret_line, size_t *ret_size)
{
	size_t size = buffer_size(&r->buffer);
	const uint8_t *begin = buffer_begin(&r->buffer), *end = NULL;

	if (size > r->n_looked)
		end = memchr(begin + r->n_looked, '\n', size - r->n_looked);
	if (end)
		return give(r, (size_t)(end - begin), 1, ret_line, ret_size);
	if (r->has_ended && (size > 0 || r->is_skipping))
		return give(r, size, 0, ret_line, ret_size);
	if (r->has_ended)
		return LINE_END;
	r->n_looked = size;
	if (size > r->max) {
		r->is_skipping = true;
		consume(r, size);
	}
	return -EAGAIN;
}

int line_reader_next(struct line_reader *r, bool may_block, const char **ret_line, size_t *ret_size)
{
	int outcome;

	if (r->n_used)
		consume(r, r->n_used);
	r->n_used = 0;
	while ((outcome = take_line(r, ret_line, ret_size)) == -EAGAIN) {
		int more = read_more(r, may_block);

		if (more < 0)
			return more;
		if (more == 0)
			return LINE_PAUSE;
	}
	return outcome;
}
