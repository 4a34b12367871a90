/* SPDX-License-Identifier: MIT */
/*
 * The arguments of a command or script while they are put together. Text made on the way
 * (keys, numbers) is kept here; large data are borrowed. The first failure stays in
 * `error`, so that a builder adds all it has and looks once.
 */
#pragma once

#include "conn.h"

#include <stddef.h>
#include <stdint.h>

struct lq__args_chunk;

struct lq__args {
	struct lq__arg *items;
	size_t n, capacity;
	struct lq__args_chunk *chunks; /* of text that does not move */
	int error;                     /* 0 or -ENOMEM */
};

#define LQ__ARGS_INIT ((struct lq__args){ .n = 0 })

void lq__args_fini(struct lq__args *args);

void lq__args_add(struct lq__args *args, const void *data, size_t size); /* borrowed */
void lq__args_add_str(struct lq__args *args, const char *text);          /* borrowed */
void lq__args_copy(struct lq__args *args, const char *text);
void lq__args_int(struct lq__args *args, int64_t number);
void lq__args_uint(struct lq__args *args, uint64_t number);
/* When a new job is due: 0 for now, +<delay ms>, or Unix ms. */
void lq__args_when(struct lq__args *args, int64_t delay_ms, int64_t run_at_ms);
