/* SPDX-License-Identifier: MIT */
/* Values of the library as JSON, and JSON as values. */
#include "value-json.h"

#include <libqueue/limits.h>
#include <stdio.h>

#include "cleanup.h"

#define ZONE_CHUNK 4096

DEFINE_CLEANUP(msgpack_zone *, cleanup_zone, msgpack_zone_free)

json_t *value_to_json(struct lq_value *value)
{
	const msgpack_object *object;

	return lq_unpack(value, "O", &object) < 0 ? NULL : json_from_msgpack(object);
}

struct lq_value *value_from_json(const json_t *json, char error[JSON_ERROR_SIZE])
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(ZONE_CHUNK);
	struct lq_value *value = NULL;
	msgpack_object object;

	if (zone && json_to_msgpack(json, LQ_NESTING_MAX, zone, &object, error) < 0)
		return NULL;
	if (zone)
		value = lq_pack("O", &object);
	if (!value)
		(void)snprintf(error, JSON_ERROR_SIZE, "out of memory");
	return value;
}
