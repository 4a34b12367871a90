/* SPDX-License-Identifier: MIT */
/* Writing and reading of frames, byte by byte, so that neither alignment nor byte order matters. */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"

#define LENGTH_SIZE 4u

static void store(uint8_t *to, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t load(const uint8_t *from, size_t width)
{
	uint64_t value = 0;

	for (size_t i = 0; i < width; i++)
		value |= (uint64_t)from[i] << (8 * i);
	return value;
}

static void put(struct frame_writer *w, const void *data, size_t size)
{
	if (w->error == 0)
		w->error = buffer_append(w->out, data, size);
}

void frame_put_number(struct frame_writer *w, uint64_t value, size_t width)
{
	uint8_t bytes[8];

	store(bytes, value, width);
	put(w, bytes, width);
}

void frame_begin(struct frame_writer *w, struct buffer *out, uint8_t type)
{
	*w = (struct frame_writer){ .out = out, .start = buffer_size(out) };
	frame_put_number(w, 0, LENGTH_SIZE);
	frame_put_number(w, type, 1);
}

void frame_put_bytes(struct frame_writer *w, const void *data, size_t size)
{
	if (size > UINT32_MAX) {
		w->error = w->error ? w->error : -EMSGSIZE;
		return;
	}
	frame_put_number(w, size, LENGTH_SIZE);
	put(w, data, size);
}

void frame_put_text(struct frame_writer *w, const char *text)
{
	const char *t = text ? text : "";

	frame_put_bytes(w, t, strlen(t));
	put(w, "", 1);
}

int frame_end(struct frame_writer *w, size_t max)
{
	size_t size = buffer_size(w->out) - w->start;

	if (w->error == 0 && size > max)
		w->error = -EMSGSIZE;
	if (w->error < 0) {
		buffer_truncate(w->out, w->start);
		return w->error;
	}
	store(w->out->data + w->out->start + w->start, size - LENGTH_SIZE, LENGTH_SIZE);
	return 0;
}

static const uint8_t *take(struct frame_reader *r, size_t size)
{
	if (r->is_bad || (size_t)(r->end - r->at) < size) {
		r->is_bad = true;
		return NULL;
	}

	const uint8_t *at = r->at;
	r->at += size;
	return at;
}

uint64_t frame_get_number(struct frame_reader *r, size_t width)
{
	const uint8_t *at = take(r, width);

	return at ? load(at, width) : 0;
}

const void *frame_get_bytes(struct frame_reader *r, size_t *ret_size)
{
	size_t size = (size_t)frame_get_number(r, LENGTH_SIZE);
	const uint8_t *at = take(r, size);

	*ret_size = at ? size : 0;
	return *ret_size > 0 ? at : NULL;
}

const char *frame_get_text(struct frame_reader *r)
{
	size_t length = (size_t)frame_get_number(r, LENGTH_SIZE);
	const uint8_t *text = take(r, length);
	const uint8_t *end = take(r, 1);

	if (!text || !end || memchr(text, 0, length + 1) != end) {
		r->is_bad = true;
		return "";
	}
	return (const char *)text;
}

int64_t frame_split(const void *data, size_t size, size_t max, uint8_t *ret_type,
		    struct frame_reader *ret_fields)
{
	const uint8_t *bytes = data;

	if (size < LENGTH_SIZE)
		return 0;

	uint64_t length = load(bytes, LENGTH_SIZE);
	uint64_t whole = LENGTH_SIZE + length;
	if (length == 0 || whole > max)
		return -EPROTO;
	if (size < whole)
		return 0;
	*ret_type = bytes[LENGTH_SIZE];
	*ret_fields = (struct frame_reader){ .at = bytes + FRAME_HEAD_SIZE, .end = bytes + whole };
	return (int64_t)whole;
}
