/* SPDX-License-Identifier: MIT */
/*
 * JSON as text, its real numbers with no more digits than it takes to read the same ones.
 *
 * jansson has one precision for a whole text: 0.1 with the 17 digits that every double is
 * safe with is 0.10000000000000001.
 */
#include <stdio.h>
#include <stdlib.h>

#include "json-msgpack.h"
#include "macro.h"

/* A decimal number of so many digits, as people write them, always comes back the same. */
#define DIGITS_MIN 15
#define DIGITS_MAX 17

static int digits_of(double number)
{
	char text[32];
	int digits;

	for (digits = DIGITS_MIN; digits < DIGITS_MAX; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	return digits;
}

/* jansson bounds the depth of what it parses, and msgpack's is bounded by who unpacked it. */
static int most_digits(json_t *json)
{
	int digits = DIGITS_MIN;

	if (json_is_real(json))
		return digits_of(json_real_value(json));
	for (size_t i = 0; i < json_array_size(json); i++)
		digits = MAX(digits, most_digits(json_array_get(json, i)));
	for (void *i = json_object_iter(json); i; i = json_object_iter_next(json, i))
		digits = MAX(digits, most_digits(json_object_iter_value(i)));
	return digits;
}

char *json_format(json_t *json, size_t flags)
{
	int digits = most_digits(json);

	return json_dumps(json,
			  flags | JSON_ENCODE_ANY | JSON_REAL_PRECISION((unsigned int)digits));
}
