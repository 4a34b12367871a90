/* SPDX-License-Identifier: MIT */
/* A growable byte buffer with a maximum given at init: append at the end, consume at the front. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct buffer {
	uint8_t *data;
	size_t start, end; /* the content is data[start..end) */
	size_t capacity;
	size_t max; /* of the content */
};

#define BUFFER_INIT(max_) ((struct buffer){ .max = (max_) })

void buffer_fini(struct buffer *b); /* NULL and half-built allowed; may be used again */
void buffer_clear(struct buffer *b);
size_t buffer_size(const struct buffer *b);
const uint8_t *buffer_begin(const struct buffer *b);

/* 0, -ENOMEM, or -EMSGSIZE above max; on failure nothing has changed. */
int buffer_append(struct buffer *b, const void *data, size_t size);
/* Room for size more bytes at *ret_data, which buffer_commit() makes content. */
int buffer_reserve(struct buffer *b, size_t size, uint8_t **ret_data);
void buffer_commit(struct buffer *b, size_t size);
void buffer_consume(struct buffer *b, size_t size);
void buffer_truncate(struct buffer *b, size_t size); /* keep the first size bytes */
/* Moves the content out; the caller frees it with free(). NULL when empty. */
uint8_t *buffer_take(struct buffer *b, size_t *ret_size);
