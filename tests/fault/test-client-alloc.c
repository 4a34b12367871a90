/* SPDX-License-Identifier: MIT */
/* Every allocation of opening, asking and connecting anew fails in turn: -ENOMEM with words, and
 * the same handle works afterwards. */
#include "alloc-fault.h"
#include "client-internal.h"
#include "redis-fixture.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redis_fixture redis;
static char url[256];
static struct lq_client *client;

static void setup(void)
{
	(void)snprintf(url, sizeof(url), "%s?db=1&prefix=p", redis.url);
	client = lq_client_new();
	ck_assert_int_eq(lq_client_open(client, url, NULL), 0);
}

static void teardown(void)
{
	lq_client_close(client);
}

static void refused(struct lq_client *c, int r)
{
	ck_assert_int_eq(r, -ENOMEM);
	ck_assert_str_ne(lq_client_error(c), "");
}

static void command(const struct lq__arg *args, size_t n)
{
	struct reply *reply = NULL;

	ck_assert_int_eq(lq__client_begin(client, 0), 0);
	ck_assert_int_eq(lq__client_command(client, args, n, &reply), 0);
	lq__reply_free(reply);
}

START_TEST(test_new)
{
	alloc_fault_after(0);
	struct lq_client *none = lq_client_new();
	ck_assert(alloc_fault_end());
	ck_assert_ptr_null(none);
}
END_TEST

START_TEST(test_open)
{
	size_t n = 0;
	bool was_hit = true;

	for (; was_hit; n++) {
		struct lq_client *other = lq_client_new();

		alloc_fault_after(n);
		int r = lq_client_open(other, url, NULL);
		was_hit = alloc_fault_end();
		if (was_hit) {
			refused(other, r);
			r = lq_client_open(other, url, NULL);
		}
		ck_assert_int_eq(r, 0);
		ck_assert_int_eq(lq_client_ping(other, NULL), 0);
		lq_client_close(other);
	}
	ck_assert_uint_gt(n, 8);
}
END_TEST

START_TEST(test_ping)
{
	size_t n = 0;
	bool was_hit = true;

	for (; was_hit; n++) {
		alloc_fault_after(n);
		int r = lq_client_ping(client, NULL);
		was_hit = alloc_fault_end();
		if (was_hit)
			refused(client, r);
		else
			ck_assert_int_eq(r, 0);
	}
	ck_assert_uint_gt(n, 4);
}
END_TEST

/* A script that the server does not know: sent, refused, sent as text, answered. */
START_TEST(test_script)
{
	static const struct lq__arg flush[] = { { "SCRIPT", 6 }, { "FLUSH", 5 } };
	static const struct lq__arg args[] = { { "p:{q}", 5 }, { "id", 2 } };
	size_t n = 0;
	bool was_hit = true;

	for (; was_hit; n++) {
		struct reply *reply = NULL;

		command(flush, 2);
		ck_assert_int_eq(lq__client_begin(client, 0), 0);
		alloc_fault_after(n);
		int r = lq__client_script(client, LQ_SCRIPT_FIND, 1, args, 2, &reply);
		was_hit = alloc_fault_end();
		if (was_hit)
			refused(client, r);
		else
			ck_assert_int_eq(lq__reply_want_array(reply, 0, 0), 0);
		lq__reply_free(reply);
	}
	ck_assert_uint_gt(n, 6);
}
END_TEST

/* The server has closed the idle connection: a call makes a new one. */
START_TEST(test_connect_anew)
{
	static const struct lq__arg kill[] = {
		{ "CLIENT", 6 }, { "KILL", 4 }, { "TYPE", 4 }, { "normal", 6 }
	};
	size_t n = 0;
	bool was_hit = true;

	for (; was_hit; n++) {
		struct lq_client *other = lq_client_new();

		ck_assert_int_eq(lq_client_open(other, url, NULL), 0);
		struct pollfd pfd = { .fd = lq_conn_fd(lq__client_conn(other)), .events = POLLIN };
		command(kill, 4);
		ck_assert_int_eq(poll(&pfd, 1, 10000), 1);

		alloc_fault_after(n);
		int r = lq_client_ping(other, NULL);
		was_hit = alloc_fault_end();
		if (was_hit) {
			refused(other, r);
			r = lq_client_ping(other, NULL);
		}
		ck_assert_int_eq(r, 0);
		lq_client_close(other);
	}
	ck_assert_uint_gt(n, 8);
}
END_TEST

int main(void)
{
	redis_fixture_require();
	redis_fixture_start(&redis, NULL);

	Suite *suite = suite_create("client-alloc");
	TCase *tc = tcase_create("client-alloc");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_new);
	tcase_add_test(tc, test_open);
	tcase_add_test(tc, test_ping);
	tcase_add_test(tc, test_script);
	tcase_add_test(tc, test_connect_anew);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	redis_fixture_stop(&redis);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
