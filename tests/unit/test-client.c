/* SPDX-License-Identifier: MIT */
/* The blocking client against a scripted peer on a Unix socket. */
#include "client-private.h"
#include "clock.h"
#include "known-queues.h"
#include "macro.h"
#include "peer.h"

#include <check.h>
#include <errno.h>
#include <libqueue/error.h>
#include <libqueue/limits.h>
#include <libqueue/version.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS 20000
#define OPEN PEER_ACCEPT, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n")

static void end(struct lq_client *client, struct peer *peer)
{
	char words[PEER_WORDS_SIZE];

	lq_client_close(client);
	peer_finish(peer, words);
	ck_assert_str_eq(words, "");
}

static void said(const struct lq_client *client, const char *words)
{
	ck_assert_msg(strstr(lq_client_error(client), words), "said: %s", lq_client_error(client));
}

/* Until the server's end or words have come. */
static void await_input(struct lq_client *client)
{
	struct pollfd pfd = { .fd = lq_conn_fd(lq__client_conn(client)), .events = POLLIN };

	ck_assert_int_eq(poll(&pfd, 1, LIMIT_MS), 1);
}

START_TEST(test_null_and_closed)
{
	struct lq_client *client = lq_client_new();
	struct lq_client_options short_options = LQ_CLIENT_OPTIONS_INIT;
	struct {
		struct lq_client_options known;
		int64_t unknown;
	} newer = { .known = { .size = sizeof(newer) } };

	ck_assert_int_eq(lq_client_open(NULL, "redis://h", NULL), -ENOMEM);
	ck_assert_int_eq(lq_client_ping(NULL, NULL), -ENOMEM);
	ck_assert_str_ne(lq_client_error(NULL), "");
	lq_client_close(NULL);

	ck_assert_str_eq(lq_client_error(client), "");
	ck_assert_int_eq(lq_client_ping(client, NULL), -EINVAL);
	said(client, "not open");
	ck_assert_int_eq(lq_client_open(client, NULL, NULL), -EINVAL);
	said(client, "no Redis URL");
	ck_assert_int_eq(lq_client_open(client, "rediss://h", NULL), -ENOTSUP);
	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", NULL), -ECONNREFUSED);
	said(client, "unix:///nowhere: No such file");
	short_options.size = 4;
	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", &short_options), -EINVAL);
	said(client, "LQ_CLIENT_OPTIONS_INIT");
	short_options = (struct lq_client_options){ .size = sizeof(size_t), .call_timeout_ms = -9 };
	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", &short_options), -ECONNREFUSED);
	short_options.size = sizeof(short_options);
	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", &short_options), -EINVAL);
	said(client, "call_timeout_ms is -9");
	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", &newer.known), -ECONNREFUSED);
	newer.unknown = 1;
	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", &newer.known), -ENOTSUP);
	said(client, "newer library");
	ck_assert_int_eq(lq_client_ping(client, NULL), -EINVAL);
	lq_client_close(client);
	ck_assert_str_eq(lq_version(), LQ_VERSION);
}
END_TEST

START_TEST(test_ping)
{
	static const struct peer_step steps[] = {
		OPEN,
		PEER_EXPECT("PING"),
		PEER_SEND("+PONG\r\n"),
		PEER_EXPECT("PING"),
		PEER_SEND(":1\r\n"),
		PEER_EXPECT("PING"),
		PEER_SEND("-NOPERM not you\r\n"),
		PEER_STALL,
		PEER_END,
	};
	struct lq_client_options forever = LQ_CLIENT_OPTIONS_INIT;
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();
	int64_t us = -1;

	forever.connect_timeout_ms = forever.call_timeout_ms = LQ_FOREVER;
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), &forever), 0);
	ck_assert_int_eq(lq_client_ping(client, &us), 0);
	ck_assert_int_ge(us, 0);
	ck_assert_int_eq(client->deadline_ms, -1);
	us = -1;
	ck_assert_int_eq(lq_client_ping(client, &us), -EPROTO);
	said(client, "other than PONG");
	ck_assert_int_eq(us, -1);
	ck_assert_int_eq(lq_client_ping(client, &us), -EACCES);
	said(client, "NOPERM not you");
	end(client, peer);
}
END_TEST

/* A client that failed to open, or is open, is opened again. */
START_TEST(test_open_again)
{
	static const struct peer_step steps[] = { OPEN, PEER_STALL, PEER_CLOSE,
						  OPEN, PEER_STALL, PEER_END };
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	ck_assert_int_eq(lq_client_open(client, "unix:///nowhere", NULL), -ECONNREFUSED);
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	ck_assert_str_eq(lq_client_error(client), "");
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	end(client, peer);
}
END_TEST

/* Idle clients are closed by servers: nobody is to notice. What is known of queues is forgotten. */
START_TEST(test_idle_close)
{
	static const struct peer_step steps[] = {
		OPEN,       PEER_CLOSE, OPEN, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"),
		PEER_STALL, PEER_END,
	};
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	lq__known_queues_add(lq__client_known_queues(client), "mail");
	await_input(client);
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	ck_assert_str_eq(lq_client_error(client), "");
	ck_assert(!lq__known_queues_has(lq__client_known_queues(client), "mail"));
	end(client, peer);
}
END_TEST

/* After a break in a call, which nobody can hide, the next call connects anew. */
START_TEST(test_break_in_a_call)
{
	static const struct peer_step steps[] = {
		OPEN,     PEER_EXPECT("PING"), PEER_SEND("+PO"),       PEER_CLOSE,
		OPEN,     PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"), PEER_STALL,
		PEER_END,
	};
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	ck_assert_int_eq(lq_client_ping(client, NULL), -ECONNRESET);
	said(client, "has closed the connection");
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	ck_assert_str_eq(lq_client_error(client), "");
	end(client, peer);
}
END_TEST

/* READONLY after a failover: the address leads to another server by now. */
START_TEST(test_dropped)
{
	static const struct peer_step steps[] = {
		OPEN,
		PEER_EXPECT("PING"),
		PEER_SEND("-READONLY replica\r\n"),
		PEER_STALL,
		PEER_CLOSE,
		OPEN,
		PEER_EXPECT("PING"),
		PEER_SEND("+PONG\r\n"),
		PEER_STALL,
		PEER_END,
	};
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	ck_assert_int_eq(lq_client_ping(client, NULL), -EBUSY);
	said(client, "READONLY replica");
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	end(client, peer);
}
END_TEST

/* The limit of a call is kept, and the late answer is not taken for that of the next call. */
START_TEST(test_call_stalls)
{
	static const struct peer_step steps[] = {
		OPEN, PEER_EXPECT("PING"), PEER_SEND("+"),         PEER_STALL, PEER_CLOSE,
		OPEN, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"), PEER_STALL, PEER_END,
	};
	struct lq_client_options options = LQ_CLIENT_OPTIONS_INIT;
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	options.call_timeout_ms = 100;
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), &options), 0);
	int64_t start_ms = clock_monotonic_ms();
	ck_assert_int_eq(lq_client_ping(client, NULL), -ETIMEDOUT);
	ck_assert_int_ge(clock_monotonic_ms() - start_ms, 100);
	ck_assert_int_lt(clock_monotonic_ms() - start_ms, 5000);
	said(client, "within 100 ms");
	options.call_timeout_ms = 0;
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	end(client, peer);
}
END_TEST

static void note_answer(void *userdata, int error, const struct reply *reply)
{
	ck_assert_ptr_nonnull(reply);
	*(int *)userdata = error;
}

/* The process was held up until the limit was over, but the answer had come by then. */
START_TEST(test_answer_in_hand_counts)
{
	static const struct peer_step steps[] = { OPEN, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"),
						  PEER_STALL, PEER_END };
	static const struct lq__arg ping = { "PING", 4 };
	struct lq_client_options options = LQ_CLIENT_OPTIONS_INIT;
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();
	int answer = 1;

	options.call_timeout_ms = 200;
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), &options), 0);
	ck_assert_int_eq(lq__client_begin(client, 0), 0);
	ck_assert_int_eq(lq__conn_command(lq__client_conn(client), &ping, 1, note_answer, &answer),
			 0);
	ck_assert_int_eq(lq_conn_step(lq__client_conn(client)), 0);
	if (lq_conn_n_pending(lq__client_conn(client)) > 0)
		await_input(client);
	while (clock_monotonic_ms() < client->deadline_ms)
		(void)poll(NULL, 0, 1);
	ck_assert_int_eq(lq__client_finish(client), 0);
	ck_assert_int_eq(answer, 0);
	ck_assert_str_eq(lq_client_error(client), "");
	end(client, peer);
}
END_TEST

/* A server that accepts and says nothing: the limit of connecting, then that of a call. */
START_TEST(test_connect_stalls)
{
	static const struct peer_step steps[] = { PEER_ACCEPT, PEER_STALL,  PEER_CLOSE, OPEN,
						  PEER_CLOSE,  PEER_ACCEPT, PEER_STALL, PEER_END };
	struct lq_client_options options = LQ_CLIENT_OPTIONS_INIT;
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	options.connect_timeout_ms = 100;
	int64_t start_ms = clock_monotonic_ms();
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), &options), -ETIMEDOUT);
	ck_assert_int_ge(clock_monotonic_ms() - start_ms, 100);
	ck_assert_int_lt(clock_monotonic_ms() - start_ms, 5000);

	options.connect_timeout_ms = 0;
	options.call_timeout_ms = 100;
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), &options), 0);
	await_input(client);
	start_ms = clock_monotonic_ms();
	ck_assert_int_eq(lq_client_ping(client, NULL), -ETIMEDOUT);
	ck_assert_int_lt(clock_monotonic_ms() - start_ms, 1900);
	end(client, peer);
}
END_TEST

START_TEST(test_deadlines)
{
	static const struct peer_step steps[] = { OPEN, PEER_STALL, PEER_END };
	struct lq_client_options options = LQ_CLIENT_OPTIONS_INIT;
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();

	options.call_timeout_ms = 1000;
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), &options), 0);
	int64_t now_ms = clock_monotonic_ms();
	ck_assert_int_eq(lq__client_begin(client, 60000), 0);
	ck_assert_int_ge(client->deadline_ms, now_ms + 61000);
	ck_assert_int_lt(client->deadline_ms, now_ms + 71000);
	ck_assert_int_eq(lq__client_begin(client, LQ_FOREVER), 0);
	ck_assert_int_eq(client->deadline_ms, -1);
	ck_assert_int_eq(lq__client_begin(client, INT64_MAX), 0);
	ck_assert_int_eq(client->deadline_ms, -1);
	ck_assert_int_eq(lq__client_begin_until(client, LQ_FOREVER, now_ms + 5), 0);
	ck_assert_int_eq(client->deadline_ms, now_ms + 5);
	ck_assert_int_eq(lq__client_begin_until(client, 0, now_ms + 60000), 0);
	ck_assert_int_lt(client->deadline_ms, now_ms + 60000);
	ck_assert_int_eq(lq__client_check(client), 0);
	ck_assert_int_eq(lq__client_fail(client, -EINVAL, "first %d", 1), -EINVAL);
	ck_assert_int_eq(lq__client_fail(client, -EPROTO, "second"), -EPROTO);
	ck_assert_str_eq(lq_client_error(client), "first 1");
	ck_assert_int_eq(lq__client_check(client), 0);
	ck_assert_int_eq(lq__client_fail(client, -EINVAL, "'%s'", "\n\x1b[31m\x7f"), -EINVAL);
	ck_assert_str_eq(lq_client_error(client), "'??[31m?'");
	end(client, peer);
}
END_TEST

/* The child is told so and sends nothing; its parent goes on. */
START_TEST(test_fork)
{
	static const struct peer_step steps[] = { OPEN, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"),
						  PEER_STALL, PEER_END };
	static struct peer *peer; /* so that the child's copy is not taken for a leak */
	struct lq_client *client = lq_client_new();
	int status;

	peer = peer_start_listening(steps);
	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		bool ok = lq_client_ping(client, NULL) == -ECHILD &&
			  strstr(lq_client_error(client), "fork()") &&
			  lq_client_open(client, "unix:///nowhere", NULL) == -ECHILD;
		lq_client_close(client);
		_exit(ok ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(lq_client_ping(client, NULL), 0);
	end(client, peer);
}
END_TEST

START_TEST(test_script)
{
	static const struct peer_step steps[] = {
		OPEN,
		PEER_EXPECT("EVALSHA * 1 lq:{q} id"),
		PEER_SEND("-NOSCRIPT\r\n"),
		PEER_EXPECT("EVAL * 1 lq:{q} id"),
		PEER_SEND(":1\r\n"),
		PEER_EXPECT("EVALSHA * 1 lq:{q} id"),
		PEER_SEND("-LQBAD id\r\n"),
		PEER_EXPECT("EVALSHA * 1 lq:{q} id"),
		PEER_CLOSE,
		PEER_END,
	};
	static const struct lq__arg args[] = { { "lq:{q}", 6 }, { "id", 2 } };
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();
	struct reply *reply = NULL;

	ck_assert_int_eq(lq_client_open(client, peer_url(peer), NULL), 0);
	ck_assert_int_eq(lq__client_begin(client, 0), 0);
	ck_assert_int_eq(lq__client_script(client, LQ_SCRIPT_CANCEL, 1, args, 2, &reply), 0);
	ck_assert_int_eq(reply->integer, 1);
	lq__reply_free(reply);
	reply = NULL;
	ck_assert_int_eq(lq__client_script(client, LQ_SCRIPT_CANCEL, 1, args, 2, &reply), -EINVAL);
	said(client, "LQBAD id");
	ck_assert_ptr_null(reply);
	ck_assert_int_eq(lq__client_begin(client, 0), 0);
	ck_assert_int_eq(lq__client_script(client, LQ_SCRIPT_CANCEL, 1, args, 2, &reply),
			 -ECONNRESET);
	/* Once more in the same call: it is closed. */
	ck_assert_int_eq(lq__client_command(client, args, 1, &reply), -ECONNRESET);
	ck_assert_ptr_null(reply);
	end(client, peer);
}
END_TEST

/* The password is in no words, even if the server repeats it. */
START_TEST(test_password_is_covered)
{
	static const struct peer_step steps[] = {
		PEER_ACCEPT,         PEER_EXPECT("AUTH s3cret"),
		PEER_EXPECT("PING"), PEER_SEND("+OK\r\n+PONG\r\n"),
		PEER_EXPECT("PING"), PEER_SEND("-ERR no such s3cret\r\n"),
		PEER_STALL,          PEER_END,
	};
	struct peer *peer = peer_start_listening(steps);
	struct lq_client *client = lq_client_new();
	char url[256];

	(void)snprintf(url, sizeof(url), "unix://:s3cret@%s", peer_path(peer));
	ck_assert_int_eq(lq_client_open(client, url, NULL), 0);
	ck_assert_int_eq(lq_client_ping(client, NULL), -EPROTO);
	said(client, "no such ******");
	ck_assert_ptr_null(strstr(lq_client_error(client), "s3cret"));
	end(client, peer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client");
	TCase *tc = tcase_create("client");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_null_and_closed);
	tcase_add_test(tc, test_ping);
	tcase_add_test(tc, test_open_again);
	tcase_add_test(tc, test_idle_close);
	tcase_add_test(tc, test_break_in_a_call);
	tcase_add_test(tc, test_dropped);
	tcase_add_test(tc, test_call_stalls);
	tcase_add_test(tc, test_answer_in_hand_counts);
	tcase_add_test(tc, test_connect_stalls);
	tcase_add_test(tc, test_deadlines);
	tcase_add_test(tc, test_fork);
	tcase_add_test(tc, test_script);
	tcase_add_test(tc, test_password_is_covered);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
