/* SPDX-License-Identifier: MIT */
#include "macro.h"
#include "reply.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Nothing writes to it. */
static struct reply text(enum reply_type type, const char *str)
{
	return (struct reply){ .type = type, .str = (char *)(uintptr_t)str, .size = strlen(str) };
}

static const struct {
	const char *words;
	int error;
	bool drops;
} meanings[] = {
	{ "NOAUTH Authentication required.", -EACCES, true },
	{ "WRONGPASS invalid username-password pair", -EACCES, false },
	{ "NOPERM this user has no permissions", -EACCES, false },
	{ "ERR The user executing the script can't run this command or subcommand script: 0a",
	  -EACCES, false },
	{ "ERR The user executing the script can't access at least one of the keys mentioned",
	  -EACCES, false },
	{ "ERR ACL failure in script: User u has no permissions to run the 'get' command", -EACCES,
	  false },
	{ "DENIED Redis is running in protected mode", -EACCES, true },
	{ "OOM command not allowed when used memory > 'maxmemory'.", -ENOSPC, false },
	{ "LOADING Redis is loading the dataset in memory", -EBUSY, true },
	{ "READONLY You can't write against a read only replica.", -EBUSY, true },
	{ "BUSY Redis is busy running a script.", -EBUSY, false },
	{ "MASTERDOWN Link with MASTER is down", -EBUSY, true },
	{ "CLUSTERDOWN The cluster is down", -EBUSY, true },
	{ "TRYAGAIN Multiple keys request", -EBUSY, false },
	{ "ASK 1 h:1", -EBUSY, false },
	{ "MOVED 1 h:1", -EBUSY, false },
	{ "NOREPLICAS Not enough good replicas to write.", -EBUSY, false },
	{ "UNBLOCKED force unblock", -EBUSY, true },
	{ "ERR max number of clients reached", -EBUSY, true },
	{ "LQBAD id", -EINVAL, false },
	{ "LQBAD", -EINVAL, false },
	{ "LQBADLY", -EPROTO, false },
	{ "BUSYGROUP Consumer Group name already exists", -EPROTO, false },
	{ "ERR unknown command", -EPROTO, false },
	{ "", -EPROTO, false },
	{ "ERR Error running script (call to f_0a): @user_script:1: @user_script: 1: -OOM command "
	  "not allowed",
	  -ENOSPC, false },
	{ "ERR Error running script (call to f_0a): @user_script:1: -READONLY You can't write",
	  -EBUSY, true },
	{ "ERR Error running script (call to f_0a): @user_script:1: @user_script: 1: The user "
	  "executing the script can't run this command or subcommand",
	  -EACCES, false },
	{ "ERR Error running script (call to f_0a): @user_script:1: user_script:1: attempt to",
	  -EPROTO, false },
};

START_TEST(test_errno)
{
	struct reply reply = text(REPLY_ERROR, meanings[_i].words);

	ck_assert_int_eq(lq__reply_errno(&reply), meanings[_i].error);
	ck_assert_int_eq(lq__reply_drops_connection(&reply), meanings[_i].drops);
	reply.type = REPLY_STATUS;
	ck_assert(!lq__reply_drops_connection(&reply));
}
END_TEST

START_TEST(test_int)
{
	const struct reply number = { .type = REPLY_INTEGER, .integer = INT64_MIN };
	struct reply digits = text(REPLY_STRING, "12");
	int64_t value = 7;

	ck_assert_int_eq(lq__reply_want_int(&digits, &value), -EPROTO);
	ck_assert_int_eq(lq__reply_want_int(NULL, &value), -EPROTO);
	ck_assert_int_eq(value, 7);
	ck_assert_int_eq(lq__reply_want_int(&number, &value), 0);
	ck_assert_int_eq(value, INT64_MIN);
}
END_TEST

START_TEST(test_uint)
{
	static const char *const wrong[] = { "",   "-1",  "1.5", " 1",
					     "1 ", "1e3", "0x1", "18446744073709551616" };
	struct reply most = text(REPLY_STRING, "18446744073709551615");
	const struct reply negative = { .type = REPLY_INTEGER, .integer = -1 };
	const struct reply number = { .type = REPLY_INTEGER, .integer = 5 };
	const struct reply nil = { .type = REPLY_NIL };
	uint64_t value = 7;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct reply reply = text(REPLY_STRING, wrong[i]);

		ck_assert_int_eq(lq__reply_want_uint(&reply, &value), -EPROTO);
	}
	ck_assert_int_eq(lq__reply_want_uint(&negative, &value), -EPROTO);
	ck_assert_int_eq(lq__reply_want_uint(&nil, &value), -EPROTO);
	ck_assert_int_eq(lq__reply_want_uint(NULL, &value), -EPROTO);
	ck_assert_uint_eq(value, 7);
	ck_assert_int_eq(lq__reply_want_uint(&number, &value), 0);
	ck_assert_uint_eq(value, 5);
	ck_assert_int_eq(lq__reply_want_uint(&most, &value), 0);
	ck_assert(value == UINT64_MAX);
}
END_TEST

START_TEST(test_str)
{
	struct reply string = { .type = REPLY_STRING,
				.str = (char[]){ 'a', 0, 'b', 0 },
				.size = 3 };
	struct reply error = text(REPLY_ERROR, "ERR");
	const char *str = NULL;
	size_t size = 0;

	ck_assert_int_eq(lq__reply_want_str(&error, &str, &size), -EPROTO);
	ck_assert_int_eq(lq__reply_want_str(NULL, &str, &size), -EPROTO);
	ck_assert_ptr_null(str);
	ck_assert_int_eq(lq__reply_want_str(&string, &str, &size), 0);
	ck_assert_uint_eq(size, 3);
	ck_assert_mem_eq(str, "a\0b", 4);
	string.type = REPLY_STATUS;
	ck_assert_int_eq(lq__reply_want_str(&string, &str, &size), 0);
}
END_TEST

START_TEST(test_array)
{
	struct reply array = { .type = REPLY_ARRAY, .size = 3 };
	const struct reply nil = { .type = REPLY_NIL };

	ck_assert_int_eq(lq__reply_want_array(&array, 3, 3), 0);
	ck_assert_int_eq(lq__reply_want_array(&array, 0, 2), -EPROTO);
	ck_assert_int_eq(lq__reply_want_array(&array, 4, 9), -EPROTO);
	ck_assert_int_eq(lq__reply_want_array(&nil, 0, 9), -EPROTO);
	ck_assert_int_eq(lq__reply_want_array(NULL, 0, 9), -EPROTO);
	lq__reply_free(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reply");
	TCase *tc = tcase_create("reply");

	tcase_add_loop_test(tc, test_errno, 0, (int)ARRAY_SIZE(meanings));
	tcase_add_test(tc, test_int);
	tcase_add_test(tc, test_uint);
	tcase_add_test(tc, test_str);
	tcase_add_test(tc, test_array);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
