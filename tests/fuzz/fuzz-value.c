/* SPDX-License-Identifier: MIT */
/* Values from any bytes, formats from any text; what is accepted must hold together. */
#include <stdlib.h>
#include <string.h>

#include <libqueue/value.h>

#include "cleanup.h"
#include "fuzz.h"
#include "value-format.h"
#include "value-internal.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* What the checks let through, msgpack-c must take, and packed again it is a value again. */
static void try_value(const uint8_t *data, size_t size)
{
	struct lq_value *value = lq_value_from_msgpack(data, size);

	if (lq_value_error(value, NULL) == 0) {
		const msgpack_object *object = NULL;
		const char *text;
		int number;

		must(lq__value_object(value, &object) == 0);
		struct lq_value *again = lq_pack("O", object);
		must(lq_value_error(again, NULL) == 0 || size > 100000);
		lq_value_free(again);
		(void)!lq_unpack(value, "{s:i}", "k", &number);
		(void)!lq_unpack(value, "[s,i]", &text, &number);
	}
	lq_value_free(value);
}

static void try_format(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_free) char *format = fuzz_text(data, size);
	char words[128];

	must(format != NULL);
	if (lq__format_check(format, words, sizeof(words)) < 0)
		return;
	struct lq_format f = { .text = format, .at = format };
	for (char letter; (letter = lq__format_next(&f)) != 0;)
		if (letter == '{' || letter == '[')
			(void)lq__format_count(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_value(data, size);
	try_format(data, size);
	return 0;
}

void fuzz_seeds(void (*feed)(const void *data, size_t size))
{
	static const char *const formats[] = { "{s:s, s:[i,I,f], s:{}}", "[[[[[]]]], n, b]",
					       "{s:s#,s:B#,s:O}" };
	struct lq_value *value = lq_pack("{s:i, s:[s,f,n,b,I], s:{s:B#}}", "k", 1, "list", "x", 1.5,
					 1, INT64_MIN, "m", "b", "\xff\0", (size_t)2);
	size_t size;
	const void *data = lq_value_data(value, &size);

	feed(data, size);
	feed("\x92\xa1x\x05", 4);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		feed(formats[i], strlen(formats[i]));
	lq_value_free(value);
}
