/* SPDX-License-Identifier: MIT */
/* Values of the library as JSON, and JSON as values. */
#pragma once

#include <libqueue/value.h>

#include "json-msgpack.h"

/* NULL: no memory, or the value cannot be read. */
json_t *value_to_json(struct lq_value *value);
/* NULL: error has the words. */
struct lq_value *value_from_json(const json_t *json, char error[JSON_ERROR_SIZE]);
