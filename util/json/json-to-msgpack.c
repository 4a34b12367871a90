/* SPDX-License-Identifier: MIT */
/* JSON values to msgpack objects. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "json-msgpack.h"

struct conversion {
	msgpack_zone *zone;
	unsigned int depth_left;
	unsigned int max_depth;
	char *error; /* JSON_ERROR_SIZE */
};

static int convert(struct conversion *c, const json_t *json, msgpack_object *ret);

static int fail(struct conversion *c, int r, const char *words)
{
	(void)snprintf(c->error, JSON_ERROR_SIZE, "%s", words);
	return r;
}

static int fail_memory(struct conversion *c)
{
	return fail(c, -ENOMEM, "out of memory");
}

/* An element more than needed: the zone gives nothing for a size of 0. */
static void *zone_array(struct conversion *c, size_t n, size_t size)
{
	if (n >= UINT32_MAX)
		return NULL;
	return msgpack_zone_malloc(c->zone, (n + 1) * size);
}

static int enter(struct conversion *c)
{
	if (c->depth_left == 0) {
		(void)snprintf(c->error, JSON_ERROR_SIZE,
			       "objects and arrays inside each other: at most %u", c->max_depth);
		return -EMSGSIZE;
	}
	c->depth_left--;
	return 0;
}

/* Digits that say an unsigned number above 2^63-1, in its one spelling. */
static int parse_large(const char *text, size_t size, uint64_t *ret)
{
	uint64_t value = 0;

	if (size < 19 || size > 20 || text[0] == '0')
		return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
			return -EINVAL;
	}
	if (value <= INT64_MAX)
		return -EINVAL;
	*ret = value;
	return 0;
}

static int set_text(const char *text, size_t size, msgpack_object *ret)
{
	if (size > UINT32_MAX)
		return -EMSGSIZE;
	ret->type = MSGPACK_OBJECT_STR;
	ret->via.str.ptr = text;
	ret->via.str.size = (uint32_t)size;
	return 0;
}

static int convert_text(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	const char *text = json_string_value(json);
	size_t size = json_string_length(json);
	uint64_t large;

	if (parse_large(text, size, &large) == 0) {
		ret->type = MSGPACK_OBJECT_POSITIVE_INTEGER;
		ret->via.u64 = large;
		return 0;
	}
	if (set_text(text, size, ret) < 0)
		return fail(c, -EMSGSIZE, "a text is too large");
	return 0;
}

static int convert_integer(json_int_t value, msgpack_object *ret)
{
	if (value < 0) {
		ret->type = MSGPACK_OBJECT_NEGATIVE_INTEGER;
		ret->via.i64 = value;
	} else {
		ret->type = MSGPACK_OBJECT_POSITIVE_INTEGER;
		ret->via.u64 = (uint64_t)value;
	}
	return 0;
}

static int convert_bin(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	const char *text = json_string_value(json);
	size_t text_size = json_string_length(json), size;
	uint8_t *data;

	if (!text)
		return fail(c, -EINVAL, "\"$bin\" takes a text of base64");
	data = zone_array(c, base64_decoded_max(text_size), 1);
	if (!data)
		return fail_memory(c);
	if (base64_decode(text, text_size, data, &size) < 0)
		return fail(c, -EINVAL, "\"$bin\" holds no base64");
	ret->type = MSGPACK_OBJECT_BIN;
	ret->via.bin.ptr = (const char *)data;
	ret->via.bin.size = (uint32_t)size;
	return 0;
}

static int convert_array(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	size_t n = json_array_size(json);
	msgpack_object *items = zone_array(c, n, sizeof(*items));

	if (!items)
		return fail_memory(c);
	for (size_t i = 0; i < n; i++) {
		int r = convert(c, json_array_get(json, i), &items[i]);

		if (r < 0)
			return r;
	}
	ret->type = MSGPACK_OBJECT_ARRAY;
	ret->via.array.ptr = items;
	ret->via.array.size = (uint32_t)n;
	return 0;
}

/* jansson's iterators take no const object, though they only read. */
static json_t *unconst(const json_t *json)
{
	union {
		const json_t *in;
		json_t *out;
	} u = { .in = json };

	return u.out;
}

static int convert_map(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	json_t *object = unconst(json);
	size_t n = json_object_size(json);
	msgpack_object_kv *pairs = zone_array(c, n, sizeof(*pairs)), *pair = pairs;

	if (!pairs)
		return fail_memory(c);
	for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i), pair++) {
		int r = set_text(json_object_iter_key(i), json_object_iter_key_len(i), &pair->key);

		if (r < 0)
			return fail(c, r, "a key is too large");
		r = convert(c, json_object_iter_value(i), &pair->val);
		if (r < 0)
			return r;
	}
	ret->type = MSGPACK_OBJECT_MAP;
	ret->via.map.ptr = pairs;
	ret->via.map.size = (uint32_t)n;
	return 0;
}

static int convert_object(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	const json_t *bin = json_object_size(json) == 1 ? json_object_get(json, "$bin") : NULL;

	return bin ? convert_bin(c, bin, ret) : convert_map(c, json, ret);
}

static int convert_nested(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	int r = enter(c);

	if (r < 0)
		return r;
	r = json_is_array(json) ? convert_array(c, json, ret) : convert_object(c, json, ret);
	c->depth_left++;
	return r;
}

static int convert(struct conversion *c, const json_t *json, msgpack_object *ret)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		return convert_nested(c, json, ret);
	case JSON_STRING:
		return convert_text(c, json, ret);
	case JSON_INTEGER:
		return convert_integer(json_integer_value(json), ret);
	case JSON_REAL:
		ret->type = MSGPACK_OBJECT_FLOAT64;
		ret->via.f64 = json_real_value(json);
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		ret->type = MSGPACK_OBJECT_BOOLEAN;
		ret->via.boolean = json_is_true(json);
		return 0;
	case JSON_NULL:
		break;
	}
	ret->type = MSGPACK_OBJECT_NIL;
	return 0;
}

int json_to_msgpack(const json_t *json, unsigned int max_depth, msgpack_zone *zone,
		    msgpack_object *ret, char error[JSON_ERROR_SIZE])
{
	struct conversion c = {
		.zone = zone,
		.depth_left = max_depth,
		.max_depth = max_depth,
		.error = error,
	};

	return convert(&c, json, ret);
}
