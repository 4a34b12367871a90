/* SPDX-License-Identifier: MIT */
/* Arguments: text stays where it is while more comes, numbers, and long and empty text. */
#include "args.h"
#include "check-main.h"

#include <libqueue/limits.h>
#include <stdio.h>
#include <string.h>

static void assert_arg(const struct lq__args *args, size_t i, const char *text)
{
	ck_assert_uint_eq(args->items[i].size, strlen(text));
	ck_assert_mem_eq(args->items[i].data, text, strlen(text));
}

START_TEST(text_does_not_move)
{
	struct lq__args args = LQ__ARGS_INIT;
	char text[64];

	for (int i = 0; i < 5000; i++) {
		(void)snprintf(text, sizeof(text), "key number %d", i);
		lq__args_copy(&args, text);
	}
	ck_assert_int_eq(args.error, 0);
	ck_assert_uint_eq(args.n, 5000);
	assert_arg(&args, 0, "key number 0");
	assert_arg(&args, 4999, "key number 4999");
	lq__args_fini(&args);
	ck_assert_uint_eq(args.n, 0);
	lq__args_fini(&args);
}
END_TEST

START_TEST(numbers)
{
	struct lq__args args = LQ__ARGS_INIT;

	lq__args_int(&args, INT64_MIN);
	lq__args_int(&args, -1);
	lq__args_uint(&args, UINT64_MAX);
	assert_arg(&args, 0, "-9223372036854775808");
	assert_arg(&args, 1, "-1");
	assert_arg(&args, 2, "18446744073709551615");
	lq__args_fini(&args);
}
END_TEST

START_TEST(due_times)
{
	struct lq__args args = LQ__ARGS_INIT;

	lq__args_when(&args, 0, 0);
	lq__args_when(&args, LQ_DURATION_MAX_MS, 0);
	lq__args_when(&args, 0, LQ_TIME_MAX_MS);
	assert_arg(&args, 0, "0");
	assert_arg(&args, 1, "+3153600000000");
	assert_arg(&args, 2, "253402300799999");
	lq__args_fini(&args);
}
END_TEST

START_TEST(borrowed_long_and_empty)
{
	struct lq__args args = LQ__ARGS_INIT;
	char text[10000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	lq__args_copy(&args, "");
	lq__args_copy(&args, text);
	lq__args_add_str(&args, text);
	lq__args_add(&args, "a\0b", 3);
	assert_arg(&args, 0, "");
	assert_arg(&args, 1, text);
	ck_assert_ptr_ne(args.items[1].data, text);
	ck_assert_ptr_eq(args.items[2].data, text);
	ck_assert_mem_eq(args.items[3].data, "a\0b", 3);
	lq__args_fini(&args);
}
END_TEST

START_TEST(first_error_stays)
{
	struct lq__args args = LQ__ARGS_INIT;

	args.error = -12;
	lq__args_copy(&args, "x");
	lq__args_int(&args, 5);
	lq__args_add_str(&args, "x");
	ck_assert_int_eq(args.error, -12);
	ck_assert_uint_eq(args.n, 0);
	lq__args_fini(&args);
}
END_TEST

CHECK_MAIN("args", text_does_not_move, numbers, due_times, borrowed_long_and_empty,
	   first_error_stays)
