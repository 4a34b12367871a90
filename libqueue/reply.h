/* SPDX-License-Identifier: MIT */
/* Typed reading of replies. resp.c builds them; nothing else knows hiredis. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reply_type { REPLY_NIL, REPLY_INTEGER, REPLY_STRING, REPLY_STATUS, REPLY_ERROR, REPLY_ARRAY };

struct reply {
	enum reply_type type;
	int64_t integer;
	char *str;   /* terminated; may hold zero bytes */
	size_t size; /* of str, or n of elements */
	struct reply **elements;
};

void lq__reply_free(struct reply *reply);

/* Each: 0 and the target set, or -EPROTO. Pointers borrow from the reply. */
int lq__reply_want_int(const struct reply *reply, int64_t *ret);
int lq__reply_want_uint(const struct reply *reply,
			uint64_t *ret); /* an integer, or digits in a string (scores, tokens) */
int lq__reply_want_str(const struct reply *reply, const char **ret, size_t *ret_size);
int lq__reply_want_array(const struct reply *reply, size_t n_min, size_t n_max);

/* An error reply as the negative errno it means (error.h): NOAUTH, NOPERM, OOM, LOADING, READONLY,
 * BUSY, MOVED, LQBAD ... */
int lq__reply_errno(const struct reply *reply);
/* Whether it is an error after which the connection is of no more use: conn.c makes an end of it,
 * and a new one is to be made. */
bool lq__reply_drops_connection(const struct reply *reply);
