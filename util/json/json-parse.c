/* SPDX-License-Identifier: MIT */
/* JSON text, strictly read. */
#include <stdio.h>

#include "json-msgpack.h"

json_t *json_parse(const char *text, size_t size, char error[JSON_ERROR_SIZE])
{
	json_error_t where;
	json_t *json;

	json = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES,
			  &where);
	if (json)
		return json;
	if (size == 0)
		(void)snprintf(error, JSON_ERROR_SIZE, "no JSON: the text is empty");
	else if (where.line > 1)
		(void)snprintf(error, JSON_ERROR_SIZE, "no JSON: %.120s (line %d, column %d)",
			       where.text, where.line, where.column);
	else
		(void)snprintf(error, JSON_ERROR_SIZE, "no JSON: %.120s (column %d)", where.text,
			       where.column);
	return NULL;
}
