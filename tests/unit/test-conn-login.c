/* SPDX-License-Identifier: MIT */
/* The login of a connection: granted, refused, not answered. */
#include "clock.h"
#include "conn-rig.h"
#include "macro.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static void setup(void)
{
	heard_log[0] = '\0';
}

START_TEST(test_login)
{
	static const struct peer_step steps[] = {
		PEER_EXPECT("AUTH ada s3cret"),
		PEER_EXPECT("SELECT 3"),
		PEER_EXPECT("PING"),
		PEER_SEND("+OK\r\n+OK\r\n+PONG\r\n"),
		PEER_EXPECT("GET"),
		PEER_SEND("$2\r\nhi\r\n"),
		PEER_STALL,
		PEER_END,
	};
	struct heard get = { 0 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://ada:s3cret@h:1/3?prefix=p", steps, &peer);

	ck_assert(!lq_conn_is_ready(conn));
	ck_assert_int_ge(lq_conn_deadline_ms(conn), 0);
	conn_rig_command(conn, "GET", &get); /* follows the login */
	ck_assert_uint_eq(lq_conn_n_pending(conn), 1);
	ck_assert_int_eq(lq_conn_events(conn), POLLIN | POLLOUT);
	ck_assert_int_eq(conn_rig_settle(conn), 0);
	ck_assert(lq_conn_is_ready(conn));
	ck_assert_int_eq(lq_conn_deadline_ms(conn), -1);
	ck_assert_int_eq(lq_conn_events(conn), POLLIN);
	ck_assert_str_eq(heard_log, "GET=hi ");
	ck_assert_str_eq(lq_conn_display_url(conn), "redis://h:1/3");
	ck_assert_str_eq(lq__conn_prefix(conn), "p");
	ck_assert_str_eq(lq_conn_error(conn), "");
	conn_rig_end(conn, peer);
}
END_TEST

static const struct {
	const char *answers;
	int error;
	const char *words;
} refusals[] = {
	{ "-WRONGPASS invalid username-password pair\r\n", -EACCES, "WRONGPASS invalid" },
	{ "-ERR unknown command 'AUTH', with args beginning with: 's3cret'\r\n", -EPROTO,
	  "'******'" },
	{ "+OK\r\n-ERR DB index is out of range\r\n", -EPROTO, "DB index" },
	{ "+OK\r\n+OK\r\n-LOADING Redis is loading\r\n", -EBUSY, "LOADING" },
	{ "+OK\r\n+OK\r\n-NOPERM no right to 'ping'\r\n", -EACCES, "NOPERM" },
	{ "-ERR max number of clients reached\r\n", -EBUSY, "max number" },
	{ "HTTP/1.1 400 Bad Request\r\n", -EPROTO, "no Redis answer" },
	{ "+OK\r\n+OK\r\n", -ECONNRESET, "closed the connection" },
};

/* What waits for the login must not be sent after a refused one: it may be another database. */
START_TEST(test_login_refused)
{
	const struct peer_step steps[] = {
		PEER_EXPECT("AUTH s3cret"),
		PEER_EXPECT("SELECT 99"),
		PEER_EXPECT("PING"),
		PEER_SEND_BYTES(refusals[_i].answers, strlen(refusals[_i].answers)),
		PEER_CLOSE,
		PEER_END,
	};
	struct heard get = { .then = "MORE" };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://:s3cret@h/99", steps, &peer);

	conn_rig_command(conn, "GET", &get);
	ck_assert_int_eq(conn_rig_settle(conn), refusals[_i].error);
	ck_assert_str_eq(heard_log, "GET!104 ");
	ck_assert_msg(strstr(lq_conn_error(conn), refusals[_i].words), "said: %s",
		      lq_conn_error(conn));
	ck_assert_msg(strstr(lq_conn_error(conn), "redis://h:6379/99"), "said: %s",
		      lq_conn_error(conn));
	ck_assert_ptr_null(strstr(lq_conn_error(conn), "s3cret"));
	ck_assert_int_eq(lq_conn_step(conn), -ENOTCONN);
	conn_rig_end(conn, peer);
}
END_TEST

/* A server says so before it has read a thing, and closes. */
START_TEST(test_refused_unasked)
{
	static const struct peer_step steps[] = {
		PEER_SEND("-DENIED Redis is running in protected mode\r\n"), PEER_CLOSE, PEER_END
	};
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

	conn_rig_await_input(conn);
	ck_assert_int_eq(conn_rig_settle(conn), -EACCES);
	ck_assert_ptr_nonnull(strstr(lq_conn_error(conn), "protected mode"));
	conn_rig_end(conn, peer);
}
END_TEST

/* The limit of the login is kept against a server that says nothing. */
START_TEST(test_login_stalls)
{
	static const struct peer_step steps[] = { PEER_STALL, PEER_END };
	struct heard heard = { 0 };
	struct lq_conn *conn = conn_rig_new("redis://h");
	int fd;
	struct peer *peer = peer_start_pair(steps, &fd);
	int64_t start_ms = clock_monotonic_ms();

	lq__conn_set_connect_timeout(conn, 100);
	ck_assert_int_eq(lq__conn_adopt(conn, fd), 0);
	conn_rig_command(conn, "GET", &heard);
	ck_assert_int_eq(conn_rig_settle(conn), -ETIMEDOUT);
	ck_assert_int_ge(clock_monotonic_ms() - start_ms, 100);
	ck_assert_int_lt(clock_monotonic_ms() - start_ms, 5000);
	ck_assert_ptr_nonnull(strstr(lq_conn_error(conn), "no answer within 100 ms"));
	ck_assert_str_eq(heard_log, "GET!104 ");
	conn_rig_end(conn, peer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conn-login");
	TCase *tc = tcase_create("conn-login");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, test_login);
	tcase_add_loop_test(tc, test_login_refused, 0, (int)ARRAY_SIZE(refusals));
	tcase_add_test(tc, test_refused_unasked);
	tcase_add_test(tc, test_login_stalls);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
