/* SPDX-License-Identifier: MIT */
/* msgpack objects to JSON values. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "cleanup.h"
#include "json-msgpack.h"

DEFINE_CLEANUP(json_t *, cleanup_json, json_decref)

static json_t *from_unsigned(uint64_t value)
{
	char digits[24];

	if (value <= INT64_MAX)
		return json_integer((json_int_t)value);
	(void)snprintf(digits, sizeof(digits), "%" PRIu64, value);
	return json_string(digits);
}

static json_t *from_real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *from_bytes(const char *data, size_t size)
{
	_cleanup_(cleanup_free) char *text = base64_encode(data, size);

	return text ? json_pack("{s:s}", "$bin", text) : NULL;
}

/* Text that is not UTF-8 comes from clients that do not check; its bytes are shown. */
static json_t *from_text(const char *text, size_t size)
{
	json_t *json = json_stringn(text ? text : "", size);

	return json ? json : from_bytes(text, size);
}

static json_t *from_ext(const msgpack_object_ext *ext)
{
	_cleanup_(cleanup_free) char *text = base64_encode(ext->ptr, ext->size);

	return text ? json_pack("{s:[i,s]}", "$ext", (int)ext->type, text) : NULL;
}

static json_t *from_array(const msgpack_object_array *array)
{
	_cleanup_(cleanup_json) json_t *json = json_array();

	for (uint32_t i = 0; i < array->size; i++) {
		if (json_array_append_new(json, json_from_msgpack(&array->ptr[i])) < 0)
			return NULL;
	}
	return TAKE(json);
}

/* The JSON text of a key that is no text, as a JSON string. */
static json_t *key_text(const msgpack_object *key)
{
	_cleanup_(cleanup_json) json_t *json = json_from_msgpack(key);
	_cleanup_(cleanup_free) char *text = NULL;

	if (!json || json_is_string(json))
		return TAKE(json);
	text = json_format(json, JSON_COMPACT);
	return text ? json_string(text) : NULL;
}

/* Keys that become the same text (1 and "1", or one that was packed twice): the last one is kept,
 * as by whoever reads such JSON. */
static json_t *from_map(const msgpack_object_map *map)
{
	_cleanup_(cleanup_json) json_t *json = json_object();

	for (uint32_t i = 0; i < map->size; i++) {
		_cleanup_(cleanup_json) json_t *key = key_text(&map->ptr[i].key);

		if (!key || json_object_setn_new_nocheck(json, json_string_value(key),
							 json_string_length(key),
							 json_from_msgpack(&map->ptr[i].val)) < 0)
			return NULL;
	}
	return TAKE(json);
}

json_t *json_from_msgpack(const msgpack_object *object)
{
	switch (object->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		return json_boolean(object->via.boolean);
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		return from_unsigned(object->via.u64);
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return json_integer(object->via.i64);
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		return from_real(object->via.f64);
	case MSGPACK_OBJECT_STR:
		return from_text(object->via.str.ptr, object->via.str.size);
	case MSGPACK_OBJECT_BIN:
		return from_bytes(object->via.bin.ptr, object->via.bin.size);
	case MSGPACK_OBJECT_EXT:
		return from_ext(&object->via.ext);
	case MSGPACK_OBJECT_ARRAY:
		return from_array(&object->via.array);
	case MSGPACK_OBJECT_MAP:
		return from_map(&object->via.map);
	case MSGPACK_OBJECT_NIL:
		break;
	}
	return json_null();
}
