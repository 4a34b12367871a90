/* SPDX-License-Identifier: MIT */
/* Names: each kind's letters, and its length at the limit and one above. */
#include <stdbool.h>
#include <string.h>

#include <libqueue/limits.h>

#include "check-main.h"
#include "names.h"

static void check_length(bool (*is_name)(const char *), size_t max)
{
	char name[512];

	memset(name, 'a', sizeof(name));
	name[max] = 0;
	ck_assert(is_name(name));
	name[max] = 'a';
	name[max + 1] = 0;
	ck_assert(!is_name(name));
	ck_assert(!is_name(""));
	ck_assert(!is_name(NULL));
}

START_TEST(lengths)
{
	check_length(lq__is_queue_name, LQ_NAME_MAX);
	check_length(lq__is_handler_name, LQ_NAME_MAX);
	check_length(lq__is_job_id, LQ_ID_MAX);
	check_length(lq__is_worker_name, LQ_WORKER_NAME_MAX);
}
END_TEST

/* Each byte alone, against the set that the interface promises. */
static void check_letters(bool (*is_name)(const char *), const char *marks)
{
	for (int c = 1; c < 256; c++) {
		char name[] = { 'x', (char)c, 0 };
		bool is_alnum =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		ck_assert_int_eq(is_name(name), is_alnum || strchr(marks, c) != NULL);
	}
}

START_TEST(letters)
{
	check_letters(lq__is_queue_name, "_.-");
	check_letters(lq__is_handler_name, "_.:-");
	check_letters(lq__is_job_id, "_.-");
	check_letters(lq__is_worker_name, "_-");
}
END_TEST

START_TEST(no_leading_dash)
{
	ck_assert(!lq__is_queue_name("-x"));
	ck_assert(!lq__is_handler_name("-x"));
	ck_assert(!lq__is_job_id("-x"));
	ck_assert(lq__is_job_id("x-"));
}
END_TEST

CHECK_MAIN("names", lengths, letters, no_leading_dash)
