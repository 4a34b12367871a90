/* SPDX-License-Identifier: MIT */
/* The client against a real server: login, restarts, silence, and scripts that are flushed. */
#include "client-internal.h"
#include "clock.h"
#include "redis-fixture.h"

#include <check.h>
#include <errno.h>
#include <libqueue/error.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redis_fixture redis;
static struct lq_client *client;

static void setup(void)
{
	static const char *const extra[] = { "--requirepass", "s3cret/@", NULL };
	char url[256];

	redis_fixture_start(&redis, extra);
	client = lq_client_new();
	(void)snprintf(url, sizeof(url), "unix://default:s3cret%%2f%%40@%s?db=2", redis.socket);
	ck_assert_int_eq(lq_client_open(client, url, NULL), 0);
}

static void teardown(void)
{
	lq_client_close(client);
	redis_fixture_stop(&redis);
}

static void said(const char *words)
{
	ck_assert_msg(strstr(lq_client_error(client), words), "said: %s", lq_client_error(client));
	ck_assert_ptr_null(strstr(lq_client_error(client), "s3cret"));
}

/* login: "USER:PASSWORD@" or "" */
static int open_as(const char *login, const char *query)
{
	char url[256];

	(void)snprintf(url, sizeof(url), "unix://%s%s%s", login, redis.socket, query);
	return lq_client_open(client, url, NULL);
}

START_TEST(test_login)
{
	ck_assert_int_eq(open_as("", ""), -EACCES);
	said("NOAUTH");
	ck_assert_int_eq(open_as(":wrong@", ""), -EACCES);
	said("WRONGPASS");
	ck_assert_int_eq(open_as("nobody:s3cret@", ""), -EACCES);
	said("WRONGPASS");
	ck_assert_int_eq(open_as(":s3cret%2f%40@", "?db=16"), -EPROTO);
	said("DB index is out of range");
	ck_assert_int_eq(open_as(":s3cret%2f%40@", ""), 0);
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
}
END_TEST

START_TEST(test_restart)
{
	redis_fixture_restart(&redis);
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	redis_fixture_kill(&redis);
	ck_assert_int_eq(lq_client_ping(client, NULL), -ECONNREFUSED);
	said("cannot connect to unix://");
	redis_fixture_restart(&redis);
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	ck_assert_str_eq(lq_client_error(client), "");
}
END_TEST

START_TEST(test_silence)
{
	struct lq_client_options options = LQ_CLIENT_OPTIONS_INIT;
	char url[256];

	options.call_timeout_ms = 100;
	(void)snprintf(url, sizeof(url), "unix://:s3cret%%2f%%40@%s", redis.socket);
	ck_assert_int_eq(lq_client_open(client, url, &options), 0);
	redis_fixture_pause(&redis);
	for (int i = 0; i < 2; i++) {
		int64_t start_ms = clock_monotonic_ms();

		ck_assert_int_eq(lq_client_ping(client, NULL), -ETIMEDOUT);
		ck_assert_int_ge(clock_monotonic_ms() - start_ms, 100);
		ck_assert_int_lt(clock_monotonic_ms() - start_ms, 5000);
	}
	redis_fixture_continue(&redis);
	/* It has much to catch up with on a busy machine, and no limit is tested here. */
	ck_assert_int_eq(lq_client_open(client, url, NULL), 0);
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
}
END_TEST

struct counter {
	int n_right, n;
};

static void expect_none(void *userdata, int error, const struct reply *reply)
{
	struct counter *counter = userdata;

	counter->n++;
	counter->n_right += error == 0 && lq__reply_want_array(reply, 0, 0) == 0;
}

/* Every script of the table is unknown, in one pipeline; then each is known by its digest. */
START_TEST(test_flushed_scripts)
{
	static const struct lq__arg args[] = { { "lq:{q}", 6 }, { "id", 2 } };
	static const struct lq__arg flush[] = { { "SCRIPT", 6 }, { "FLUSH", 5 } };
	struct counter counter = { 0 };
	struct reply *reply = NULL;

	ck_assert_int_eq(lq__client_begin(client, 0), 0);
	ck_assert_int_eq(lq__client_command(client, flush, 2, &reply), 0);
	lq__reply_free(reply);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(lq__conn_script(lq__client_conn(client), LQ_SCRIPT_FIND, 1, args,
						 2, expect_none, &counter),
				 0);
	ck_assert_int_eq(lq__client_finish(client), 0);
	ck_assert_int_eq(counter.n, 10);
	ck_assert_int_eq(counter.n_right, 10);
	for (int id = 0; id < LQ_N_SCRIPTS; id++) {
		const struct lq__arg load[] = { { "SCRIPT", 6 },
						{ "LOAD", 4 },
						{ lq__scripts[id].text, lq__scripts[id].size } };

		ck_assert_int_eq(lq__client_begin(client, 0), 0);
		ck_assert_int_eq(lq__client_command(client, load, 3, &reply), 0);
		ck_assert_str_eq(reply->str, lq__scripts[id].sha1);
		lq__reply_free(reply);
	}
}
END_TEST

int main(void)
{
	redis_fixture_require();

	Suite *suite = suite_create("client");
	TCase *tc = tcase_create("client");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_login);
	tcase_add_test(tc, test_restart);
	tcase_add_test(tc, test_silence);
	tcase_add_test(tc, test_flushed_scripts);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
