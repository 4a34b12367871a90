/* SPDX-License-Identifier: MIT */
/*
 * Frames: a u32 length of what follows, a u8 type, the fields, little-endian. Text and
 * bytes are a u32 length and that many bytes; text is followed by a zero that the length
 * does not count. Writer and reader keep the first error, so that a caller asks once, at the end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

#define FRAME_HEAD_SIZE 5u /* length and type */

struct frame_writer {
	struct buffer *out;
	size_t start; /* of this frame in out's content */
	int error;
};

void frame_begin(struct frame_writer *w, struct buffer *out, uint8_t type);
void frame_put_number(struct frame_writer *w, uint64_t value, size_t width);
void frame_put_bytes(struct frame_writer *w, const void *data, size_t size);
void frame_put_text(struct frame_writer *w, const char *text); /* NULL: "" */
/* 0, -ENOMEM, or -EMSGSIZE above max bytes in all or the buffer's own; out is then as before. */
int frame_end(struct frame_writer *w, size_t max);

struct frame_reader {
	const uint8_t *at, *end;
	bool is_bad; /* something did not fit; what was got since is zero */
};

uint64_t frame_get_number(struct frame_reader *r, size_t width);
/* Borrowed; NULL when empty. */
const void *frame_get_bytes(struct frame_reader *r, size_t *ret_size);
/* Borrowed and terminated; a zero inside is bad. Never NULL. */
const char *frame_get_text(struct frame_reader *r);

/*
 * Splits off the first frame of size bytes: its size in all (> 0), with its type and a reader of
 * its fields. 0: not all of it has come. -EPROTO: it is above max bytes in all, or has no type.
 */
int64_t frame_split(const void *data, size_t size, size_t max, uint8_t *ret_type,
		    struct frame_reader *ret_fields);
