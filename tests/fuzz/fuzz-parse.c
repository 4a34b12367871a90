/* SPDX-License-Identifier: MIT */
/* Durations, sizes, times and names from any text; what is read and can be written reads the same.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "fuzz.h"
#include "names.h"
#include "parse.h"
#include "utf8.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

static void try_duration(const char *text)
{
	char buf[FORMAT_TIME_SIZE];
	int64_t ms, again;

	if (parse_duration_ms(text, &ms) < 0)
		return;
	must(ms >= PARSE_FOREVER);
	must(parse_duration_ms(format_duration_ms(ms, buf), &again) == 0);
	must(again == ms);
}

static void try_time(const char *text)
{
	char buf[FORMAT_TIME_SIZE];
	int64_t ms, again;

	if (parse_time_ms(text, &ms) < 0)
		return;
	(void)format_time_ms(ms, buf);
	if (strlen(buf) == strlen("2026-01-01T00:00:00.000Z") && buf[0] != '-') {
		must(parse_time_ms(buf, &again) == 0);
		must(again == ms);
	}
}

static void try_clean(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_free) char *clean = lq__utf8_dup_clean(data, size);

	must(clean != NULL);
	must(lq__utf8_is_valid(clean, strlen(clean)));
	if (lq__utf8_is_valid(data, size) && !memchr(data, 0, size))
		must(strlen(clean) == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_free) char *text = fuzz_text(data, size);
	uint64_t bytes;
	int64_t number;

	must(text != NULL);
	try_duration(text);
	try_time(text);
	try_clean(data, size);
	(void)parse_size(text, &bytes);
	if (parse_int64(text, -10, 10, &number) == 0)
		must(number >= -10 && number <= 10);
	if (lq__is_job_id(text))
		must(lq__is_handler_name(text));
	return 0;
}

void fuzz_seeds(void (*feed)(const void *data, size_t size))
{
	static const char *const texts[] = {
		"250ms",
		"1.5s",
		"9223372036854775807ms",
		"64k",
		"2026-11-24T16:00:00.000Z",
		"2024-02-29T23:59:60.5+02:30",
		"@1795536000.25",
		"-9223372036854775808",
		"name_1.x:y-z",
		"\xe2\x82\xac \xf0\x9f\x98\x80 \xc3\xa9",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		feed(texts[i], strlen(texts[i]));
}
