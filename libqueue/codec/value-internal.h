/* SPDX-License-Identifier: MIT */
/* The inside of a value: msgpack bytes, and what has been made of them on demand. */
#pragma once

#include <libqueue/value.h>
#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>

#define LQ_VALUE_TEXT_SIZE 256

struct lq_value_copy; /* one of the terminated copies that lq_unpack() has given out */

struct lq_value {
	const void *data; /* NULL: it holds an error */
	size_t size;
	void *owned;      /* data, where the value owns it */
	int error;        /* stays */
	int unpack_error; /* of the last lq_unpack() */
	msgpack_unpacked unpacked;
	bool is_parsed;
	struct lq_value_copy *copies;
	char text[LQ_VALUE_TEXT_SIZE]; /* the words of either error */
};

/* Never NULL: without memory it is a value of static storage that holds -ENOMEM. */
struct lq_value *lq__value_new(void);

/* Takes the bytes over, which must be one whole valid value. */
void lq__value_own(struct lq_value *value, void *data, size_t size);

/* Sets the error that stays, with its words, unless there is one; returns the one in force. */
int lq__value_fail(struct lq_value *value, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* How much of a key is shown in words, for "%.*s": whole characters. */
int lq__value_key_size(const char *key);

/* The value as msgpack-c's object, borrowed, decoded at the first call. 0, -ENOMEM, or the value's
 * error. */
int lq__value_object(struct lq_value *value, const msgpack_object **ret_object);

/* A terminated copy that lives as long as the value; NULL: no memory. */
const char *lq__value_copy(struct lq_value *value, const void *data, size_t size);
