/* SPDX-License-Identifier: MIT */
/* A connection against a scripted peer: cut, lied to, and asked for scripts it does not know. */
#include "conn-rig.h"
#include "macro.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void setup(void)
{
	heard_log[0] = '\0';
}

/* The conversation is cut after each of its bytes: what was not answered is told so, once. */
START_TEST(test_cut_at_every_byte)
{
	static const char login[] = "+OK\r\n+PONG\r\n",
			  answers[] = "$1\r\na\r\n*2\r\n:1\r\n$-1\r\n+c\r\n";
	static const char *const logs[] = { "A!104 B!104 C!104 ", "A=a B!104 C!104 ",
					    "A=a B=(null) C!104 " };

	for (size_t cut = 0; cut < sizeof(answers) - 1; cut++) {
		const struct peer_step steps[] = {
			PEER_EXPECT("AUTH x"),
			PEER_EXPECT("PING"),
			PEER_SEND(login),
			PEER_EXPECT("A"),
			PEER_EXPECT("B"),
			PEER_EXPECT("C"),
			PEER_SEND_BYTES(answers, cut),
			PEER_CLOSE,
			PEER_END,
		};
		struct heard heard[3] = { 0 };
		struct peer *peer;
		struct lq_conn *conn = conn_rig_begin("redis://:x@h", steps, &peer);

		heard_log[0] = '\0';
		conn_rig_command(conn, "A", &heard[0]);
		conn_rig_command(conn, "B", &heard[1]);
		conn_rig_command(conn, "C", &heard[2]);
		ck_assert_int_eq(conn_rig_settle(conn), -ECONNRESET);
		ck_assert_str_eq(heard_log, logs[cut < 7 ? 0 : cut < 20 ? 1 : 2]);
		conn_rig_end(conn, peer);
	}
	for (size_t cut = 0; cut < sizeof(login) - 1; cut++) {
		const struct peer_step steps[] = { PEER_EXPECT("AUTH x"), PEER_EXPECT("PING"),
						   PEER_SEND_BYTES(login, cut), PEER_CLOSE,
						   PEER_END };
		struct peer *peer;
		struct lq_conn *conn = conn_rig_begin("redis://:x@h", steps, &peer);

		ck_assert_int_eq(conn_rig_settle(conn), -ECONNRESET);
		conn_rig_end(conn, peer);
	}
}
END_TEST

/* The server goes away after each byte of what it is sent. */
START_TEST(test_request_cut_at_every_byte)
{
	static const char login[] = "*1\r\n$4\r\nPING\r\n", get[] = "*1\r\n$3\r\nGET\r\n";

	for (size_t cut = 0; cut < sizeof(login) - 1; cut++) {
		const struct peer_step steps[] = { PEER_RECEIVE(cut), PEER_CLOSE, PEER_END };
		struct peer *peer;
		struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

		ck_assert_int_eq(conn_rig_settle(conn), -ECONNRESET);
		conn_rig_end(conn, peer);
	}
	for (size_t cut = 0; cut < sizeof(get) - 1; cut++) {
		const struct peer_step steps[] = { LOGIN, PEER_RECEIVE(cut), PEER_CLOSE, PEER_END };
		struct heard heard = { 0 };
		struct peer *peer;
		struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

		heard_log[0] = '\0';
		conn_rig_command(conn, "GET", &heard);
		ck_assert_int_eq(conn_rig_settle(conn), -ECONNRESET);
		ck_assert_str_eq(heard_log, "GET!104 ");
		conn_rig_end(conn, peer);
	}
}
END_TEST

static const struct peer_step lies[][5] = {
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND("$2147483647\r\n"), PEER_END },
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND("*2147483647\r\n"), PEER_END },
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND("$-5\r\n"), PEER_END },
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND("$many\r\n"), PEER_END },
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND_TIMES("*1\r\n", 10000), PEER_END },
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND("\x16\x03\x01\x02"), PEER_END },
	{ LOGIN, PEER_EXPECT("GET"), PEER_SEND_TIMES("+", 70000), PEER_END },
	{ LOGIN, PEER_SEND("+more than asked\r\n"), PEER_STALL, PEER_END },
};

START_TEST(test_lies)
{
	struct heard heard = { 0 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", lies[_i], &peer);

	if (_i < (int)ARRAY_SIZE(lies) - 1)
		conn_rig_command(conn, "GET", &heard);
	ck_assert_int_le(conn_rig_settle(conn), 0);
	if (lq_conn_fd(conn) >= 0) { /* the last one comes after the login */
		conn_rig_await_input(conn);
		ck_assert_int_eq(lq_conn_step(conn), -EPROTO);
	}
	ck_assert_str_ne(lq_conn_error(conn), "");
	ck_assert_str_eq(heard_log, _i < (int)ARRAY_SIZE(lies) - 1 ? "GET!104 " : "");
	conn_rig_end(conn, peer);
}
END_TEST

/* Every script of a pipeline is unknown; a command between them is not. */
START_TEST(test_noscript_in_a_pipeline)
{
	static const struct peer_step steps[] = {
		LOGIN,
		PEER_EXPECT("EVALSHA * 1 lq:{q}"),
		PEER_EXPECT("EVALSHA * 1 lq:{q}"),
		PEER_EXPECT("GET"),
		PEER_EXPECT("EVALSHA * 1 lq:{q}"),
		PEER_SEND("-NOSCRIPT No matching script.\r\n-NOSCRIPT\r\n+got\r\n-NOSCRIPT\r\n"),
		PEER_EXPECT("EVAL * 1 lq:{q}"),
		PEER_SEND("+1\r\n"),
		PEER_EXPECT("EVAL * 1 lq:{q}"),
		PEER_EXPECT("EVAL * 1 lq:{q}"),
		PEER_SEND("-LQBAD no\r\n+3\r\n"),
		PEER_STALL,
		PEER_END,
	};
	struct heard heard[4] = { 0 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

	conn_rig_script(conn, LQ_SCRIPT_FIND, &heard[0]);
	conn_rig_script(conn, LQ_SCRIPT_LIST, &heard[1]);
	conn_rig_command(conn, "GET", &heard[2]);
	conn_rig_script(conn, LQ_SCRIPT_STATS, &heard[3]);
	ck_assert_int_eq(conn_rig_settle(conn), 0);
	ck_assert_str_eq(heard_log, "find=1 list!22 GET=got stats=3 ");
	conn_rig_end(conn, peer);
}
END_TEST

/* An answer that overtook is not lost when the connection breaks. */
START_TEST(test_break_while_answers_wait)
{
	static const struct peer_step steps[] = {
		LOGIN,
		PEER_EXPECT("EVALSHA *"),
		PEER_EXPECT("GET"),
		PEER_SEND("-NOSCRIPT\r\n+got\r\n"),
		PEER_EXPECT("EVAL *"),
		PEER_CLOSE,
		PEER_END,
	};
	struct heard heard[2] = { 0 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

	conn_rig_script(conn, LQ_SCRIPT_FIND, &heard[0]);
	conn_rig_command(conn, "GET", &heard[1]);
	ck_assert_int_eq(conn_rig_settle(conn), -ECONNRESET);
	ck_assert_str_eq(heard_log, "find!104 GET=got ");
	conn_rig_end(conn, peer);
}
END_TEST

/* A reply function sends more. */
START_TEST(test_send_from_a_reply_function)
{
	static const struct peer_step steps[] = {
		LOGIN,
		PEER_EXPECT("A"),
		PEER_EXPECT("B"),
		PEER_SEND("+a\r\n+b\r\n"),
		PEER_EXPECT("THEN"),
		PEER_SEND("+then\r\n"),
		PEER_STALL,
		PEER_END,
	};
	struct heard a = { .then = "THEN" }, b = { 0 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

	conn_rig_command(conn, "A", &a);
	conn_rig_command(conn, "B", &b);
	ck_assert_int_eq(conn_rig_settle(conn), 0);
	ck_assert_str_eq(heard_log, "A=a B=b then=then ");
	conn_rig_end(conn, peer);
}
END_TEST

/* An error that says that this connection is of no more use ends it. */
START_TEST(test_dropped)
{
	static const struct peer_step steps[] = {
		LOGIN,      PEER_EXPECT("A"), PEER_EXPECT("B"), PEER_SEND("-READONLY replica\r\n"),
		PEER_STALL, PEER_END,
	};
	struct heard a = { 0 }, b = { 0 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

	conn_rig_command(conn, "A", &a);
	conn_rig_command(conn, "B", &b);
	ck_assert_int_eq(conn_rig_settle(conn), -EBUSY);
	ck_assert_str_eq(heard_log, "A!16 B!104 ");
	ck_assert_str_eq(lq_conn_error(conn), "redis://h:6379/0: READONLY replica");
	conn_rig_end(conn, peer);
}
END_TEST

/* More than any socket's buffer takes at once, there and back. */
START_TEST(test_large)
{
	enum { SIZE = 7 * 1024 * 1024 };
	char *data = malloc(SIZE + 32);
	int head = snprintf(data, 32, "$%d\r\n", SIZE);
	memset(data + head, 'x', SIZE);
	memcpy(data + head + SIZE, "\r\n", 2);
	const struct peer_step steps[] = {
		LOGIN,
		PEER_EXPECT("SET xxx*xxx"),
		PEER_SEND_BYTES(data, (size_t)head + SIZE + 2),
		PEER_STALL,
		PEER_END,
	};
	const struct lq__arg args[] = { { "SET", 3 }, { data + head, SIZE } };
	static char name[] = "large";
	struct heard heard = { .name = name };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);

	ck_assert_int_eq(lq__conn_command(conn, args, 2, hear, &heard), 0);
	ck_assert_int_eq(conn_rig_settle(conn), 0);
	ck_assert_int_eq(strncmp(heard_log, "large=xxxx", 10), 0);
	conn_rig_end(conn, peer);
	free(data);
}
END_TEST

START_TEST(test_closed)
{
	static const struct peer_step steps[] = { LOGIN, PEER_EXPECT("A"), PEER_STALL, PEER_END };
	const struct lq__arg arg = { "X", 1 };
	struct heard a = { .then = "MORE" };
	struct peer *peer;
	char words[256];

	struct lq_conn *conn = conn_rig_new("unix:///nowhere/at/all");
	ck_assert_int_eq(lq_conn_fd(conn), -1);
	ck_assert_int_eq(lq__conn_command(conn, &arg, 1, hear, &a), -ENOTCONN);
	ck_assert_int_eq(lq__conn_script(conn, LQ_SCRIPT_FIND, 1, &arg, 1, hear, &a), -ENOTCONN);
	ck_assert_int_eq(lq_conn_step(conn), -ENOTCONN);
	ck_assert_int_eq(lq_conn_connect(conn), -ECONNREFUSED);
	ck_assert_ptr_nonnull(strstr(lq_conn_error(conn), "unix:///nowhere/at/all: No such file"));
	lq_conn_free(conn);

	conn = conn_rig_begin("redis://h", steps, &peer);
	conn_rig_command(conn, "A", &a);
	while (!lq_conn_is_ready(conn)) {
		ck_assert_int_eq(lq_conn_step(conn), 0);
		if (!lq_conn_is_ready(conn))
			conn_rig_await_input(conn);
	}
	lq_conn_close(conn);
	ck_assert_str_eq(heard_log, "A!104 ");
	ck_assert_uint_eq(lq_conn_n_pending(conn), 0);
	conn_rig_end(conn, peer);
	lq_conn_free(NULL);

	ck_assert_int_eq(lq_conn_new("nonsense", &conn, words, sizeof(words)), -EINVAL);
	ck_assert_str_ne(words, "");
}
END_TEST

static void keep(void *userdata, int error, const struct reply *reply)
{
	struct heard *h = userdata;

	ck_assert_int_eq(error, 0);
	ck_assert_str_eq(reply->str, "a");
	struct reply *taken = lq__conn_take_reply(h->conn);
	ck_assert_ptr_eq(taken, reply);
	ck_assert_ptr_null(lq__conn_take_reply(h->conn));
	lq__reply_free(taken);
}

START_TEST(test_take_reply)
{
	static const struct peer_step steps[] = { LOGIN, PEER_EXPECT("A"), PEER_SEND("+a\r\n"),
						  PEER_STALL, PEER_END };
	const struct lq__arg arg = { "A", 1 };
	struct peer *peer;
	struct lq_conn *conn = conn_rig_begin("redis://h", steps, &peer);
	struct heard h = { .conn = conn };

	ck_assert_int_eq(lq__conn_command(conn, &arg, 1, keep, &h), 0);
	ck_assert_int_eq(conn_rig_settle(conn), 0);
	conn_rig_end(conn, peer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conn");
	TCase *tc = tcase_create("conn");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, test_cut_at_every_byte);
	tcase_add_test(tc, test_request_cut_at_every_byte);
	tcase_add_loop_test(tc, test_lies, 0, (int)ARRAY_SIZE(lies));
	tcase_add_test(tc, test_noscript_in_a_pipeline);
	tcase_add_test(tc, test_break_while_answers_wait);
	tcase_add_test(tc, test_send_from_a_reply_function);
	tcase_add_test(tc, test_dropped);
	tcase_add_test(tc, test_large);
	tcase_add_test(tc, test_closed);
	tcase_add_test(tc, test_take_reply);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
