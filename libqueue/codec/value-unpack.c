/* SPDX-License-Identifier: MIT */
/* lq_unpack(): a value's parts into the caller's variables, as a format says. */
#include <libqueue/value.h>

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "value-format.h"
#include "value-internal.h"

struct unpacking {
	struct lq_value *value;
	struct lq_format format;
	const char *key; /* the last one, NULL outside of maps */
	va_list args;
};

__attribute__((format(printf, 3, 4))) static int unpack_fail(struct unpacking *u, int error,
							     const char *format, ...)
{
	va_list args;
	char what[160];

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	u->value->unpack_error = error;
	if (u->key)
		(void)snprintf(u->value->text, sizeof(u->value->text), "\"%.*s\": %s",
			       lq__value_key_size(u->key), u->key, what);
	else
		(void)snprintf(u->value->text, sizeof(u->value->text), "%s", what);
	return error;
}

static const char *type_name(const msgpack_object *object)
{
	switch ((int)object->type) {
	case MSGPACK_OBJECT_NIL:
		return "nil";
	case MSGPACK_OBJECT_BOOLEAN:
		return "a boolean";
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return "a whole number";
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		return "a number with a fraction";
	case MSGPACK_OBJECT_STR:
		return "text";
	case MSGPACK_OBJECT_BIN:
		return "bytes";
	case MSGPACK_OBJECT_ARRAY:
		return "an array";
	case MSGPACK_OBJECT_MAP:
		return "a map";
	default:
		return "an extension type";
	}
}

static int unpack_mismatch(struct unpacking *u, const char *wanted, const msgpack_object *object)
{
	return unpack_fail(u, -EINVAL, "%s is wanted (format, character %zu), this is %s", wanted,
			   u->format.position, type_name(object));
}

static int unpack_integer(struct unpacking *u, const msgpack_object *object, int64_t min,
			  int64_t max, int64_t *ret)
{
	if (object->type != MSGPACK_OBJECT_POSITIVE_INTEGER &&
	    object->type != MSGPACK_OBJECT_NEGATIVE_INTEGER)
		return unpack_mismatch(u, "a whole number", object);
	if (object->type == MSGPACK_OBJECT_POSITIVE_INTEGER) {
		if (object->via.u64 > (uint64_t)max)
			return unpack_fail(u, -EINVAL, "%ju is out of range, at most %jd",
					   (uintmax_t)object->via.u64, (intmax_t)max);
		*ret = (int64_t)object->via.u64;
		return 0;
	}
	if (object->via.i64 < min)
		return unpack_fail(u, -EINVAL, "%jd is out of range, at least %jd",
				   (intmax_t)object->via.i64, (intmax_t)min);
	*ret = object->via.i64;
	return 0;
}

static int unpack_int(struct unpacking *u, const msgpack_object *object)
{
	int *target = va_arg(u->args, int *);
	int64_t number = 0;

	int r = unpack_integer(u, object, INT_MIN, INT_MAX, &number);
	if (r == 0)
		*target = (int)number;
	return r;
}

static int unpack_double(struct unpacking *u, const msgpack_object *object)
{
	double *target = va_arg(u->args, double *);

	switch ((int)object->type) {
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		*target = object->via.f64;
		return 0;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		*target = (double)object->via.u64;
		return 0;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		*target = (double)object->via.i64;
		return 0;
	default:
		return unpack_mismatch(u, "a number", object);
	}
}

static int unpack_bool(struct unpacking *u, const msgpack_object *object)
{
	int *target = va_arg(u->args, int *);

	if (object->type != MSGPACK_OBJECT_BOOLEAN)
		return unpack_mismatch(u, "a boolean", object);
	*target = object->via.boolean;
	return 0;
}

static int unpack_string(struct unpacking *u, const msgpack_object *object)
{
	const char **target = va_arg(u->args, const char **);
	size_t *ret_size = u->format.has_size ? va_arg(u->args, size_t *) : NULL;

	if (object->type != MSGPACK_OBJECT_STR)
		return unpack_mismatch(u, "text", object);
	size_t size = object->via.str.size;
	if (!ret_size && size > 0 && memchr(object->via.str.ptr, 0, size))
		return unpack_fail(u, -EINVAL, "the text holds a zero byte; s# takes it");
	const char *copy = lq__value_copy(u->value, object->via.str.ptr, size);
	if (!copy)
		return unpack_fail(u, -ENOMEM, "out of memory");
	*target = copy;
	if (ret_size)
		*ret_size = size;
	return 0;
}

static int unpack_bytes(struct unpacking *u, const msgpack_object *object)
{
	const void **target = va_arg(u->args, const void **);
	size_t *ret_size = va_arg(u->args, size_t *);

	if (object->type != MSGPACK_OBJECT_BIN)
		return unpack_mismatch(u, "bytes", object);
	*target = object->via.bin.ptr;
	*ret_size = object->via.bin.size;
	return 0;
}

static int unpack_value(struct unpacking *u, char letter, const msgpack_object *object);

static const msgpack_object *map_find(const msgpack_object_map *map, const char *key)
{
	size_t size = strlen(key);

	for (uint32_t i = 0; i < map->size; i++) {
		const msgpack_object *k = &map->ptr[i].key;

		if (k->type == MSGPACK_OBJECT_STR && k->via.str.size == size &&
		    memcmp(k->via.str.ptr, key, size) == 0)
			return &map->ptr[i].val;
	}
	return NULL;
}

static int unpack_map(struct unpacking *u, const msgpack_object *object)
{
	const char *outer_key = u->key;

	if (object->type != MSGPACK_OBJECT_MAP)
		return unpack_mismatch(u, "a map", object);
	while (lq__format_next(&u->format) != '}') { /* 's', the key */
		const char *key = va_arg(u->args, const char *);

		if (!key)
			return unpack_fail(u, -EINVAL, "a key is NULL (format, character %zu)",
					   u->format.position);
		const msgpack_object *found = map_find(&object->via.map, key);
		if (!found)
			return unpack_fail(u, -EINVAL, "the key \"%.*s\" is missing",
					   lq__value_key_size(key), key);
		u->key = key;
		int r = unpack_value(u, lq__format_next(&u->format), found);
		if (r < 0)
			return r;
		u->key = outer_key;
	}
	return 0;
}

static int unpack_array(struct unpacking *u, const msgpack_object *object)
{
	size_t n = lq__format_count(&u->format);

	if (object->type != MSGPACK_OBJECT_ARRAY)
		return unpack_mismatch(u, "an array", object);
	if (object->via.array.size < n)
		return unpack_fail(u, -EINVAL, "an array of at least %zu is wanted, it has %u", n,
				   (unsigned int)object->via.array.size);
	for (size_t i = 0; i < n; i++) {
		char letter = lq__format_next(&u->format);
		int r = unpack_value(u, letter, &object->via.array.ptr[i]);

		if (r < 0)
			return r;
	}
	(void)lq__format_next(&u->format); /* the closing bracket */
	return 0;
}

/* Recursive as deep as the checked format: LQ_NESTING_MAX. */
static int unpack_value(struct unpacking *u, char letter, const msgpack_object *object)
{
	switch (letter) {
	case '{':
		return unpack_map(u, object);
	case '[':
		return unpack_array(u, object);
	case 'i':
		return unpack_int(u, object);
	case 'I':
		return unpack_integer(u, object, INT64_MIN, INT64_MAX, va_arg(u->args, int64_t *));
	case 'f':
		return unpack_double(u, object);
	case 'b':
		return unpack_bool(u, object);
	case 'n':
		return object->type == MSGPACK_OBJECT_NIL ? 0 : unpack_mismatch(u, "nil", object);
	case 's':
		return unpack_string(u, object);
	case 'B':
		return unpack_bytes(u, object);
	default: /* 'O': the format has been checked */
		*va_arg(u->args, const msgpack_object **) = object;
		return 0;
	}
}

int lq_vunpack(struct lq_value *value, const char *format, va_list args)
{
	struct unpacking u = {
		.value = value,
		.format = { .text = format, .at = format },
	};
	const msgpack_object *object;

	if (!value)
		return -EINVAL;
	if (value->error < 0)
		return value->error;
	value->unpack_error = 0;
	int r = lq__format_check(format, value->text, sizeof(value->text));
	if (r < 0) {
		value->unpack_error = -EINVAL;
		return -EINVAL;
	}
	r = lq__value_object(value, &object);
	if (r < 0)
		return unpack_fail(&u, r, "out of memory");
	va_copy(u.args, args);
	r = unpack_value(&u, lq__format_next(&u.format), object);
	va_end(u.args);
	return r;
}

int lq_unpack(struct lq_value *value, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int r = lq_vunpack(value, format, args);
	va_end(args);
	return r;
}
