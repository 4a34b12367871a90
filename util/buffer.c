/* SPDX-License-Identifier: MIT */
/* A growable byte buffer, consumed at the front. The free room in front is won back when it is
 * needed. */
#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SMALLEST 256

void buffer_fini(struct buffer *b)
{
	if (!b)
		return;
	free(b->data);
	*b = BUFFER_INIT(b->max);
}

void buffer_clear(struct buffer *b)
{
	b->start = b->end = 0;
}

size_t buffer_size(const struct buffer *b)
{
	return b->end - b->start;
}

const uint8_t *buffer_begin(const struct buffer *b)
{
	return b->data ? b->data + b->start : NULL;
}

static void buffer_compact(struct buffer *b)
{
	if (b->start == 0)
		return;
	memmove(b->data, b->data + b->start, buffer_size(b));
	b->end -= b->start;
	b->start = 0;
}

static int buffer_grow(struct buffer *b, size_t needed)
{
	size_t capacity = b->capacity ? b->capacity : BUFFER_SMALLEST;

	while (capacity < needed)
		capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;

	uint8_t *data = realloc(b->data, capacity);
	if (!data)
		return -ENOMEM;
	b->data = data;
	b->capacity = capacity;
	return 0;
}

int buffer_reserve(struct buffer *b, size_t size, uint8_t **ret_data)
{
	size_t used = buffer_size(b);

	if (used > b->max || size > b->max - used)
		return -EMSGSIZE;
	if (b->capacity - b->end < size) {
		if (b->data)
			buffer_compact(b);
		if (b->capacity - b->end < size) {
			int r = buffer_grow(b, used + size);
			if (r < 0)
				return r;
		}
	}
	*ret_data = b->data + b->end;
	return 0;
}

void buffer_commit(struct buffer *b, size_t size)
{
	b->end += size;
}

int buffer_append(struct buffer *b, const void *data, size_t size)
{
	uint8_t *to;

	if (size == 0)
		return 0;
	int r = buffer_reserve(b, size, &to);
	if (r < 0)
		return r;
	memcpy(to, data, size);
	buffer_commit(b, size);
	return 0;
}

void buffer_consume(struct buffer *b, size_t size)
{
	b->start += size;
	if (b->start == b->end)
		buffer_clear(b);
}

void buffer_truncate(struct buffer *b, size_t size)
{
	if (size < buffer_size(b))
		b->end = b->start + size;
}

uint8_t *buffer_take(struct buffer *b, size_t *ret_size)
{
	size_t size = buffer_size(b);
	uint8_t *data = NULL;

	if (size > 0) {
		buffer_compact(b);
		data = b->data;
		b->data = NULL;
	}
	*ret_size = size;
	buffer_fini(b);
	return data;
}
