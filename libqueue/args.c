/* SPDX-License-Identifier: MIT */
/* A growing array of arguments, and chunks for the text that belongs to it. */
#include "args.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16
#define CHUNK_SIZE 2048

/* A longer text gets a chunk of its own size. */
struct lq__args_chunk {
	struct lq__args_chunk *next;
	size_t used, size;
	char text[];
};

void lq__args_fini(struct lq__args *args)
{
	struct lq__args_chunk *next;

	for (struct lq__args_chunk *chunk = args->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(args->items);
	*args = LQ__ARGS_INIT;
}

static int args_grow(struct lq__args *args)
{
	size_t capacity = args->capacity ? args->capacity * 2 : FIRST_CAPACITY;
	struct lq__arg *items = realloc(args->items, capacity * sizeof(*items));

	if (!items)
		return -ENOMEM;
	args->items = items;
	args->capacity = capacity;
	return 0;
}

void lq__args_add(struct lq__args *args, const void *data, size_t size)
{
	if (args->error)
		return;
	if (args->n == args->capacity)
		args->error = args_grow(args);
	if (!args->error)
		args->items[args->n++] = (struct lq__arg){ .data = data, .size = size };
}

void lq__args_add_str(struct lq__args *args, const char *text)
{
	lq__args_add(args, text, strlen(text));
}

static char *args_room(struct lq__args *args, size_t size)
{
	struct lq__args_chunk *chunk = args->chunks;

	if (!chunk || chunk->size - chunk->used < size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk)
			return NULL;
		*chunk = (struct lq__args_chunk){ .next = args->chunks, .size = room };
		args->chunks = chunk;
	}

	char *text = chunk->text + chunk->used;

	chunk->used += size;
	return text;
}

void lq__args_copy(struct lq__args *args, const char *text)
{
	size_t size = strlen(text);

	if (args->error || size == 0) {
		lq__args_add(args, "", 0);
		return;
	}

	char *copy = args_room(args, size);

	if (!copy) {
		args->error = -ENOMEM;
		return;
	}
	memcpy(copy, text, size);
	lq__args_add(args, copy, size);
}

void lq__args_int(struct lq__args *args, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, number);
	lq__args_copy(args, text);
}

void lq__args_uint(struct lq__args *args, uint64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, number);
	lq__args_copy(args, text);
}

void lq__args_when(struct lq__args *args, int64_t delay_ms, int64_t run_at_ms)
{
	char text[24];

	if (delay_ms == 0) {
		lq__args_int(args, run_at_ms);
		return;
	}
	(void)snprintf(text, sizeof(text), "+%" PRId64, delay_ms);
	lq__args_copy(args, text);
}
