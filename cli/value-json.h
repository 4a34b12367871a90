/* SPDX-License-Identifier: MIT */
/* Values of the library as JSON, and JSON as values. */
#pragma once

#include <libqueue/value.h>

#include "json-msgpack.h"

/* NULL: no memory, or the value cannot be read. */
json_t *value_to_json(struct lq_value *value);
/* Each: 0 and *ret_value is yours; -EINVAL: JSON can say it, a job cannot have it; -EMSGSIZE: more
 * than arguments may be; -ENOMEM. error has the words. */
int value_from_json(const json_t *json, struct lq_value **ret_value, char error[JSON_ERROR_SIZE]);
int value_from_msgpack(const msgpack_object *object, struct lq_value **ret_value,
		       char error[JSON_ERROR_SIZE]);
