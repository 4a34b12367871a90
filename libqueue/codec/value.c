/* SPDX-License-Identifier: MIT */
/* Values: from bytes to life and to their end. (Formats: value-pack.c, value-unpack.c.) */
#include "value-internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libqueue/limits.h>

#include "scan.h"
#include "utf8.h"

#define KEY_SHOWN_MAX 64

struct lq_value_copy {
	struct lq_value_copy *next;
	char data[];
};

/*
 * A NULL argument means "no arguments", so a value that could not be allocated must be
 * something else, or a job would be enqueued without its arguments. Never written.
 */
static struct lq_value without_memory = {
	.error = -ENOMEM,
	.text = "out of memory",
};

struct lq_value *lq__value_new(void)
{
	struct lq_value *value = malloc(sizeof(*value));

	if (!value)
		return &without_memory;
	*value = (struct lq_value){ .data = NULL };
	msgpack_unpacked_init(&value->unpacked);
	return value;
}

void lq_value_free(struct lq_value *value)
{
	struct lq_value_copy *copy, *next;

	if (!value || value == &without_memory)
		return;
	for (copy = value->copies; copy; copy = next) {
		next = copy->next;
		free(copy);
	}
	msgpack_unpacked_destroy(&value->unpacked);
	free(value->owned);
	free(value);
}

int lq__value_fail(struct lq_value *value, int error, const char *format, ...)
{
	va_list args;

	if (value->error < 0)
		return value->error;
	value->error = error;
	va_start(args, format);
	(void)vsnprintf(value->text, sizeof(value->text), format, args);
	va_end(args);
	return error;
}

int lq__value_key_size(const char *key)
{
	return (int)lq__utf8_cut_end(key, strlen(key), KEY_SHOWN_MAX);
}

void lq__value_own(struct lq_value *value, void *data, size_t size)
{
	value->owned = data;
	value->data = data;
	value->size = size;
}

static int value_check(struct lq_value *value, const void *data, size_t size)
{
	struct lq_scan scan = { .at = data, .end = (const uint8_t *)data + size };

	if (!data || size == 0)
		return lq__value_fail(value, -EINVAL, "there are no msgpack bytes");
	if (size > LQ_ARGS_MAX)
		return lq__value_fail(value, -EMSGSIZE, "the value has %zu bytes, the limit is %d",
				      size, LQ_ARGS_MAX);
	int r = lq__scan_skip(&scan);
	if (r == -EMSGSIZE)
		return lq__value_fail(value, r, "the value nests deeper than %d levels",
				      LQ_NESTING_MAX);
	if (r < 0)
		return lq__value_fail(value, -EINVAL,
				      "the bytes are not msgpack, or end within a value");
	if (scan.at != scan.end)
		return lq__value_fail(value, -EINVAL,
				      "%zu bytes follow the msgpack value, one value is wanted",
				      (size_t)(scan.end - scan.at));
	return 0;
}

struct lq_value *lq_value_from_msgpack(const void *data, size_t size)
{
	struct lq_value *value = lq__value_new();

	if (value->error < 0 || value_check(value, data, size) < 0)
		return value;
	void *copy = malloc(size);
	if (!copy) {
		(void)lq__value_fail(value, -ENOMEM, "out of memory");
		return value;
	}
	memcpy(copy, data, size);
	lq__value_own(value, copy, size);
	return value;
}

const void *lq_value_data(const struct lq_value *value, size_t *ret_size)
{
	*ret_size = value ? value->size : 0;
	return value ? value->data : NULL;
}

int lq_value_error(const struct lq_value *value, const char **ret_text)
{
	int error = !value ? -EINVAL : value->error < 0 ? value->error : value->unpack_error;

	if (ret_text)
		*ret_text = !value ? "there is no value" : error < 0 ? value->text : "";
	return error;
}

int lq__value_object(struct lq_value *value, const msgpack_object **ret_object)
{
	size_t offset = 0;

	if (value->error < 0)
		return value->error;
	if (!value->is_parsed) {
		msgpack_unpack_return r =
			msgpack_unpack_next(&value->unpacked, value->data, value->size, &offset);

		/* The form was checked when the bytes came in: only memory is left to fail. */
		if (r != MSGPACK_UNPACK_SUCCESS)
			return -ENOMEM;
		value->is_parsed = true;
	}
	*ret_object = &value->unpacked.data;
	return 0;
}

const char *lq__value_copy(struct lq_value *value, const void *data, size_t size)
{
	struct lq_value_copy *copy = malloc(sizeof(*copy) + size + 1);

	if (!copy)
		return NULL;
	if (size > 0)
		memcpy(copy->data, data, size);
	copy->data[size] = 0;
	copy->next = value->copies;
	value->copies = copy;
	return copy->data;
}
