/* SPDX-License-Identifier: MIT */
#include "conn.h"
#include "macro.h"
#include "resp-guard.h"
#include "resp.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEVEN_NESTED "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"
#define EIGHT_NESTED "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"

/* Feeds in pieces of at most `step`; 1 and the first reply, 0 (more is wanted), or -EPROTO. */
static int read_one(struct lq__resp *resp, const char *data, size_t size, size_t step,
		    struct reply **ret)
{
	for (size_t at = 0; at < size; at += step) {
		int r = lq__resp_feed(resp, data + at, MIN(step, size - at));
		if (r < 0)
			return r;
		r = lq__resp_next(resp, ret);
		if (r != 0)
			return r;
	}
	return 0;
}

START_TEST(test_format)
{
	const struct lq__arg args[] = { { "SET", 3 }, { "k\0\r\n", 4 }, { NULL, 0 } };
	static const char expected[] = "*3\r\n$3\r\nSET\r\n$4\r\nk\0\r\n\r\n$0\r\n\r\n";
	char *bytes = NULL;
	size_t size = 0;

	ck_assert_int_eq(lq__resp_format(args, 3, &bytes, &size), 0);
	ck_assert_uint_eq(size, sizeof(expected) - 1);
	ck_assert_mem_eq(bytes, expected, size);
	lq__resp_free_bytes(bytes);
	lq__resp_free_bytes(NULL);

	const struct lq__arg giant = { "x", SIZE_MAX };
	ck_assert_int_eq(lq__resp_format(&giant, 1, &bytes, &size), -EMSGSIZE);
	ck_assert_int_eq(lq__resp_format(NULL, 0, &bytes, &size), -EMSGSIZE);
}
END_TEST

/* Every type, whole and in pieces of every size. */
START_TEST(test_every_type)
{
	static const char data[] =
		"*8\r\n+OK\r\n-ERR no\r\n:-9223372036854775808\r\n$4\r\n\r\n\0x\r\n"
		"$-1\r\n*-1\r\n*0\r\n*2\r\n$0\r\n\r\n:1\r\n";
	const size_t size = sizeof(data) - 1;

	for (size_t step = 1; step <= size; step++) {
		struct lq__resp *resp = lq__resp_new();
		struct reply *reply = NULL;

		ck_assert_int_eq(read_one(resp, data, size, step, &reply), 1);
		ck_assert_int_eq(lq__reply_want_array(reply, 8, 8), 0);
		ck_assert_int_eq(reply->elements[0]->type, REPLY_STATUS);
		ck_assert_str_eq(reply->elements[0]->str, "OK");
		ck_assert_int_eq(reply->elements[1]->type, REPLY_ERROR);
		ck_assert_str_eq(reply->elements[1]->str, "ERR no");
		ck_assert(reply->elements[2]->integer == INT64_MIN);
		ck_assert_uint_eq(reply->elements[3]->size, 4);
		ck_assert_mem_eq(reply->elements[3]->str, "\r\n\0x", 5);
		ck_assert_int_eq(reply->elements[4]->type, REPLY_NIL);
		ck_assert_int_eq(reply->elements[5]->type, REPLY_NIL);
		ck_assert_int_eq(lq__reply_want_array(reply->elements[6], 0, 0), 0);
		ck_assert_int_eq(lq__reply_want_array(reply->elements[7], 2, 2), 0);
		ck_assert_uint_eq(reply->elements[7]->elements[0]->size, 0);
		ck_assert_int_eq(reply->elements[7]->elements[1]->integer, 1);
		lq__reply_free(reply);
		ck_assert_int_eq(lq__resp_next(resp, &reply), 0);
		lq__resp_free(resp);
	}
}
END_TEST

START_TEST(test_pipeline)
{
	struct lq__resp *resp = lq__resp_new();
	struct reply *reply;

	ck_assert_int_eq(lq__resp_feed(resp, ":1\r\n:2\r\n:3", 10), 0);
	for (int i = 1; i <= 2; i++) {
		ck_assert_int_eq(lq__resp_next(resp, &reply), 1);
		ck_assert_int_eq(reply->integer, i);
		lq__reply_free(reply);
	}
	ck_assert_int_eq(lq__resp_next(resp, &reply), 0);
	lq__resp_free(resp);
	lq__resp_free(NULL);
}
END_TEST

/* What a lying server says, and what is wrong with it. */
static const struct {
	const char *data, *why;
} lies[] = {
	{ "$2147483647\r\n", "too long" },
	{ "$8388609\r\n", "too long" },
	{ "$9223372036854775807\r\n", "too long" },
	{ "$9223372036854775808\r\n", "is none" },
	{ "$99999999999999999999999999\r\n", "is none" },
	{ "$-2\r\n", "negative" },
	{ "$-9223372036854775808\r\n", "negative" },
	{ "$\r\n", "is none" },
	{ "$-\r\n", "is none" },
	{ "$+1\r\n", "is none" },
	{ "$ 1\r\n", "is none" },
	{ "$1x\r\n", "is none" },
	{ "$1\rx", "is none" },
	{ "$1\r\nabc", "does not end" },
	{ "$1\r\na\rx", "does not end" },
	{ "*2147483647\r\n", "too many" },
	{ "*1048577\r\n", "too many" },
	{ "*-2\r\n", "negative" },
	{ "*x\r\n", "is none" },
	{ "*2\r\n*1048575\r\n", "too many" },
	{ EIGHT_NESTED, "too deeply" },
	{ ":\r\n", "is none" },
	{ ":9223372036854775808\r\n", "is none" },
	{ ":1.5\r\n", "is none" },
	{ "HTTP/1.1 400 Bad Request\r\n", "no Redis answer" },
	{ "\r\n", "no Redis answer" },
	{ "%1\r\n", "no Redis answer" },
	{ "+OK\r\nx", "no Redis answer" },
};

START_TEST(test_lies)
{
	size_t size = strlen(lies[_i].data);

	for (size_t step = 1; step <= size; step++) {
		struct lq__resp *resp = lq__resp_new();
		struct reply *reply = NULL;
		int r = read_one(resp, lies[_i].data, size, step, &reply);

		if (r == 1) {
			lq__reply_free(reply);
			r = lq__resp_feed(resp, "x", 1);
		}
		ck_assert_int_eq(r, -EPROTO);
		ck_assert_msg(strstr(lq__resp_error(resp), lies[_i].why), "said: %s",
			      lq__resp_error(resp));
		lq__resp_free(resp);
	}
}
END_TEST

/* At the limits: not refused, but waited for. */
START_TEST(test_limits)
{
	static const char *const wanted[] = { "$8388608\r\n", "*1048576\r\n", "*2\r\n*1048574\r\n",
					      SEVEN_NESTED, "*3\r\n:1\r\n:2\r\n" };
	struct reply *reply;

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct lq__resp *resp = lq__resp_new();
		ck_assert_int_eq(read_one(resp, wanted[i], strlen(wanted[i]), 3, &reply), 0);
		lq__resp_free(resp);
	}
	struct lq__resp *resp = lq__resp_new();
	ck_assert_int_eq(read_one(resp, SEVEN_NESTED ":7\r\n", 32, 32, &reply), 1);
	lq__reply_free(reply);
	lq__resp_free(resp);
}
END_TEST

START_TEST(test_nested_ten_thousand_deep)
{
	struct lq__resp *resp = lq__resp_new();
	struct reply *reply = NULL;
	int r = 0, n = 0;

	for (; n < 10000 && r == 0; n++) {
		r = lq__resp_feed(resp, "*1\r\n", 4);
		if (r == 0)
			r = lq__resp_next(resp, &reply);
	}
	ck_assert_int_eq(r, -EPROTO);
	ck_assert_int_eq(n, LQ__DEPTH_MAX + 1);
	lq__resp_free(resp);
}
END_TEST

START_TEST(test_endless_line)
{
	static const char chunk[1024] = { [0 ... 1023] = 'a' };
	struct lq__resp *resp = lq__resp_new();
	size_t n = 0;
	int r = lq__resp_feed(resp, "-", 1);

	for (; r == 0 && n < 2 * LQ__LINE_MAX; n += sizeof(chunk))
		r = lq__resp_feed(resp, chunk, sizeof(chunk));
	ck_assert_int_eq(r, -EPROTO);
	ck_assert_uint_le(n, LQ__LINE_MAX + sizeof(chunk));
	lq__resp_free(resp);
}
END_TEST

/* The guard alone: no memory is needed to see that a reply grows for ever. */
START_TEST(test_endless_reply)
{
	static char body[65536];
	struct lq__guard guard = { 0 };
	const char *why = "";
	int r = lq__guard_look(&guard, "*1000\r\n", 7, &why);

	for (int i = 0; r == 0 && i < 1000; i++) {
		r = lq__guard_look(&guard, "$8388608\r\n", 10, &why);
		for (int n = 0; r == 0 && n < 128; n++)
			r = lq__guard_look(&guard, body, sizeof(body), &why);
		if (r == 0)
			r = lq__guard_look(&guard, "\r\n", 2, &why);
	}
	ck_assert_int_eq(r, -EPROTO);
	ck_assert_str_eq(why, "an answer that is too long");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resp");
	TCase *tc = tcase_create("resp");

	tcase_add_test(tc, test_format);
	tcase_add_test(tc, test_every_type);
	tcase_add_test(tc, test_pipeline);
	tcase_add_loop_test(tc, test_lies, 0, (int)ARRAY_SIZE(lies));
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_nested_ten_thousand_deep);
	tcase_add_test(tc, test_endless_line);
	tcase_add_test(tc, test_endless_reply);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
