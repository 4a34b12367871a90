/* SPDX-License-Identifier: MIT */
/* Values of the library as JSON, and JSON as values. */
#include "value-json.h"

#include <errno.h>
#include <libqueue/limits.h>
#include <stdio.h>

#include "cleanup.h"

#define ZONE_CHUNK 4096

DEFINE_CLEANUP(struct lq_value *, cleanup_value, lq_value_free)
DEFINE_CLEANUP(msgpack_zone *, cleanup_zone, msgpack_zone_free)

json_t *value_to_json(struct lq_value *value)
{
	const msgpack_object *object;

	return lq_unpack(value, "O", &object) < 0 ? NULL : json_from_msgpack(object);
}

static int fail(char *error, int r, const char *words)
{
	(void)snprintf(error, JSON_ERROR_SIZE, "%s", words);
	return r;
}

int value_from_msgpack(const msgpack_object *object, struct lq_value **ret_value,
		       char error[JSON_ERROR_SIZE])
{
	_cleanup_(cleanup_value) struct lq_value *value = lq_pack("O", object);
	const char *words = "out of memory";
	int r = value ? lq_value_error(value, &words) : -ENOMEM;

	if (r == -EMSGSIZE)
		return fail(error, r, "more than 1 MiB as msgpack");
	if (r < 0)
		return fail(error, r, words);
	*ret_value = TAKE(value);
	return 0;
}

int value_from_json(const json_t *json, struct lq_value **ret_value, char error[JSON_ERROR_SIZE])
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(ZONE_CHUNK);
	msgpack_object object;
	int r;

	if (!zone)
		return fail(error, -ENOMEM, "out of memory");
	r = json_to_msgpack(json, LQ_NESTING_MAX, zone, &object, error);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	return value_from_msgpack(&object, ret_value, error);
}
