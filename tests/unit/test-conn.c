/* SPDX-License-Identifier: MIT */
/* A connection against a scripted peer at the other end of a socketpair. */
#include "clock.h"
#include "conn.h"
#include "macro.h"
#include "peer.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_MS 20000
#define LOGIN PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n")

static struct lq_conn *new_conn(const char *url)
{
	struct lq_conn *conn;
	char words[256];

	ck_assert_int_eq(lq_conn_new(url, &conn, words, sizeof(words)), 0);
	return conn;
}

static struct lq_conn *begin(const char *url, const struct peer_step *steps, struct peer **ret_peer)
{
	struct lq_conn *conn = new_conn(url);
	int fd;

	*ret_peer = peer_start_pair(steps, &fd);
	ck_assert_int_eq(lq__conn_adopt(conn, fd), 0);
	ck_assert_int_eq(lq_conn_fd(conn), fd);
	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	return conn;
}

static void end(struct lq_conn *conn, struct peer *peer)
{
	char words[PEER_WORDS_SIZE];

	lq_conn_free(conn);
	peer_finish(peer, words);
	ck_assert_str_eq(words, "");
}

/* Steps as an owner with poll() does, until it is ready and nothing is pending, or broken. */
static int settle(struct lq_conn *conn)
{
	int64_t limit_ms = clock_monotonic_ms() + LIMIT_MS;
	int r;

	while ((r = lq_conn_step(conn)) >= 0 &&
	       (!lq_conn_is_ready(conn) || lq_conn_n_pending(conn) > 0)) {
		int64_t now_ms = clock_monotonic_ms(), due_ms = lq_conn_deadline_ms(conn);
		struct pollfd pfd = { .fd = lq_conn_fd(conn), .events = lq_conn_events(conn) };

		ck_assert_int_lt(now_ms, limit_ms);
		(void)poll(&pfd, 1, due_ms < 0 ? 1000 : (int)MAX(due_ms - now_ms, 0));
	}
	ck_assert(r < 0 ? lq_conn_fd(conn) == -1 : lq_conn_fd(conn) >= 0);
	return r;
}

/* Until there is something to read, so that a step that follows reads it. */
static void await_input(struct lq_conn *conn)
{
	struct pollfd pfd = { .fd = lq_conn_fd(conn), .events = POLLIN };

	ck_assert_int_eq(poll(&pfd, 1, LIMIT_MS), 1);
}

/* What a reply function was called with, in one line a call: "name=text" or "name!errno". */
struct heard {
	struct lq_conn *conn;
	const char *name;
	const char *then; /* a command to send from the function; NULL: none */
};

static char heard_log[1024];

static void hear(void *userdata, int error, const struct reply *reply)
{
	struct heard *h = userdata;
	size_t n = strlen(heard_log);

	if (error)
		(void)snprintf(heard_log + n, sizeof(heard_log) - n, "%s!%d ", h->name, -error);
	else
		(void)snprintf(heard_log + n, sizeof(heard_log) - n, "%s=%s ", h->name, reply->str);
	ck_assert(error == 0 ? reply != NULL : !reply || reply->type == REPLY_ERROR);
	if (h->then) {
		static struct heard then = { .name = "then" };
		const struct lq__arg arg = { h->then, strlen(h->then) };
		int r = lq__conn_command(h->conn, &arg, 1, hear, &then);

		ck_assert_int_eq(r, lq_conn_fd(h->conn) < 0 ? -ENOTCONN : 0);
	}
}

static void send_command(struct lq_conn *conn, const char *name, struct heard *h)
{
	const struct lq__arg arg = { name, strlen(name) };

	*h = (struct heard){ .conn = conn, .name = name, .then = h->then };
	ck_assert_int_eq(lq__conn_command(conn, &arg, 1, hear, h), 0);
}

static void send_script(struct lq_conn *conn, enum lq_script_id id, struct heard *h)
{
	static const struct lq__arg key = { "lq:{q}", 6 };

	*h = (struct heard){ .conn = conn, .name = lq__scripts[id].name };
	ck_assert_int_eq(lq__conn_script(conn, id, 1, &key, 1, hear, h), 0);
}

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
	struct lq_conn *conn = begin("redis://ada:s3cret@h:1/3?prefix=p", steps, &peer);

	ck_assert(!lq_conn_is_ready(conn));
	ck_assert_int_ge(lq_conn_deadline_ms(conn), 0);
	send_command(conn, "GET", &get); /* follows the login */
	ck_assert_uint_eq(lq_conn_n_pending(conn), 1);
	ck_assert_int_eq(lq_conn_events(conn), POLLIN | POLLOUT);
	ck_assert_int_eq(settle(conn), 0);
	ck_assert(lq_conn_is_ready(conn));
	ck_assert_int_eq(lq_conn_deadline_ms(conn), -1);
	ck_assert_int_eq(lq_conn_events(conn), POLLIN);
	ck_assert_str_eq(heard_log, "GET=hi ");
	ck_assert_str_eq(lq_conn_display_url(conn), "redis://h:1/3");
	ck_assert_str_eq(lq__conn_prefix(conn), "p");
	ck_assert_str_eq(lq_conn_error(conn), "");
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://:s3cret@h/99", steps, &peer);

	send_command(conn, "GET", &get);
	ck_assert_int_eq(settle(conn), refusals[_i].error);
	ck_assert_str_eq(heard_log, "GET!104 ");
	ck_assert_msg(strstr(lq_conn_error(conn), refusals[_i].words), "said: %s",
		      lq_conn_error(conn));
	ck_assert_msg(strstr(lq_conn_error(conn), "redis://h:6379/99"), "said: %s",
		      lq_conn_error(conn));
	ck_assert_ptr_null(strstr(lq_conn_error(conn), "s3cret"));
	ck_assert_int_eq(lq_conn_step(conn), -ENOTCONN);
	end(conn, peer);
}
END_TEST

/* A server says so before it has read a thing, and closes. */
START_TEST(test_refused_unasked)
{
	static const struct peer_step steps[] = {
		PEER_SEND("-DENIED Redis is running in protected mode\r\n"), PEER_CLOSE, PEER_END
	};
	struct peer *peer;
	struct lq_conn *conn = begin("redis://h", steps, &peer);

	await_input(conn);
	ck_assert_int_eq(settle(conn), -EACCES);
	ck_assert_ptr_nonnull(strstr(lq_conn_error(conn), "protected mode"));
	end(conn, peer);
}
END_TEST

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
		struct lq_conn *conn = begin("redis://:x@h", steps, &peer);

		heard_log[0] = '\0';
		send_command(conn, "A", &heard[0]);
		send_command(conn, "B", &heard[1]);
		send_command(conn, "C", &heard[2]);
		ck_assert_int_eq(settle(conn), -ECONNRESET);
		ck_assert_str_eq(heard_log, logs[cut < 7 ? 0 : cut < 20 ? 1 : 2]);
		end(conn, peer);
	}
	for (size_t cut = 0; cut < sizeof(login) - 1; cut++) {
		const struct peer_step steps[] = { PEER_EXPECT("AUTH x"), PEER_EXPECT("PING"),
						   PEER_SEND_BYTES(login, cut), PEER_CLOSE,
						   PEER_END };
		struct peer *peer;
		struct lq_conn *conn = begin("redis://:x@h", steps, &peer);

		ck_assert_int_eq(settle(conn), -ECONNRESET);
		end(conn, peer);
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
		struct lq_conn *conn = begin("redis://h", steps, &peer);

		ck_assert_int_eq(settle(conn), -ECONNRESET);
		end(conn, peer);
	}
	for (size_t cut = 0; cut < sizeof(get) - 1; cut++) {
		const struct peer_step steps[] = { LOGIN, PEER_RECEIVE(cut), PEER_CLOSE, PEER_END };
		struct heard heard = { 0 };
		struct peer *peer;
		struct lq_conn *conn = begin("redis://h", steps, &peer);

		heard_log[0] = '\0';
		send_command(conn, "GET", &heard);
		ck_assert_int_eq(settle(conn), -ECONNRESET);
		ck_assert_str_eq(heard_log, "GET!104 ");
		end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", lies[_i], &peer);

	if (_i < (int)ARRAY_SIZE(lies) - 1)
		send_command(conn, "GET", &heard);
	ck_assert_int_le(settle(conn), 0);
	if (lq_conn_fd(conn) >= 0) { /* the last one comes after the login */
		await_input(conn);
		ck_assert_int_eq(lq_conn_step(conn), -EPROTO);
	}
	ck_assert_str_ne(lq_conn_error(conn), "");
	ck_assert_str_eq(heard_log, _i < (int)ARRAY_SIZE(lies) - 1 ? "GET!104 " : "");
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", steps, &peer);

	send_script(conn, LQ_SCRIPT_FIND, &heard[0]);
	send_script(conn, LQ_SCRIPT_LIST, &heard[1]);
	send_command(conn, "GET", &heard[2]);
	send_script(conn, LQ_SCRIPT_STATS, &heard[3]);
	ck_assert_int_eq(settle(conn), 0);
	ck_assert_str_eq(heard_log, "find=1 list!22 GET=got stats=3 ");
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", steps, &peer);

	send_script(conn, LQ_SCRIPT_FIND, &heard[0]);
	send_command(conn, "GET", &heard[1]);
	ck_assert_int_eq(settle(conn), -ECONNRESET);
	ck_assert_str_eq(heard_log, "find!104 GET=got ");
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", steps, &peer);

	send_command(conn, "A", &a);
	send_command(conn, "B", &b);
	ck_assert_int_eq(settle(conn), 0);
	ck_assert_str_eq(heard_log, "A=a B=b then=then ");
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", steps, &peer);

	send_command(conn, "A", &a);
	send_command(conn, "B", &b);
	ck_assert_int_eq(settle(conn), -EBUSY);
	ck_assert_str_eq(heard_log, "A!16 B!104 ");
	ck_assert_str_eq(lq_conn_error(conn), "redis://h:6379/0: READONLY replica");
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", steps, &peer);

	ck_assert_int_eq(lq__conn_command(conn, args, 2, hear, &heard), 0);
	ck_assert_int_eq(settle(conn), 0);
	ck_assert_int_eq(strncmp(heard_log, "large=xxxx", 10), 0);
	end(conn, peer);
	free(data);
}
END_TEST

/* The limit of the login is kept against a server that says nothing. */
START_TEST(test_login_stalls)
{
	static const struct peer_step steps[] = { PEER_STALL, PEER_END };
	struct heard heard = { 0 };
	struct lq_conn *conn = new_conn("redis://h");
	int fd;
	struct peer *peer = peer_start_pair(steps, &fd);
	int64_t start_ms = clock_monotonic_ms();

	lq__conn_set_connect_timeout(conn, 100);
	ck_assert_int_eq(lq__conn_adopt(conn, fd), 0);
	send_command(conn, "GET", &heard);
	ck_assert_int_eq(settle(conn), -ETIMEDOUT);
	ck_assert_int_ge(clock_monotonic_ms() - start_ms, 100);
	ck_assert_int_lt(clock_monotonic_ms() - start_ms, 5000);
	ck_assert_ptr_nonnull(strstr(lq_conn_error(conn), "no answer within 100 ms"));
	ck_assert_str_eq(heard_log, "GET!104 ");
	end(conn, peer);
}
END_TEST

START_TEST(test_closed)
{
	static const struct peer_step steps[] = { LOGIN, PEER_EXPECT("A"), PEER_STALL, PEER_END };
	const struct lq__arg arg = { "X", 1 };
	struct heard a = { .then = "MORE" };
	struct peer *peer;
	char words[256];

	struct lq_conn *conn = new_conn("unix:///nowhere/at/all");
	ck_assert_int_eq(lq_conn_fd(conn), -1);
	ck_assert_int_eq(lq__conn_command(conn, &arg, 1, hear, &a), -ENOTCONN);
	ck_assert_int_eq(lq__conn_script(conn, LQ_SCRIPT_FIND, 1, &arg, 1, hear, &a), -ENOTCONN);
	ck_assert_int_eq(lq_conn_step(conn), -ENOTCONN);
	ck_assert_int_eq(lq_conn_connect(conn), -ECONNREFUSED);
	ck_assert_ptr_nonnull(strstr(lq_conn_error(conn), "unix:///nowhere/at/all: No such file"));
	lq_conn_free(conn);

	conn = begin("redis://h", steps, &peer);
	send_command(conn, "A", &a);
	while (!lq_conn_is_ready(conn)) {
		ck_assert_int_eq(lq_conn_step(conn), 0);
		if (!lq_conn_is_ready(conn))
			await_input(conn);
	}
	lq_conn_close(conn);
	ck_assert_str_eq(heard_log, "A!104 ");
	ck_assert_uint_eq(lq_conn_n_pending(conn), 0);
	end(conn, peer);
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
	struct lq_conn *conn = begin("redis://h", steps, &peer);
	struct heard h = { .conn = conn };

	ck_assert_int_eq(lq__conn_command(conn, &arg, 1, keep, &h), 0);
	ck_assert_int_eq(settle(conn), 0);
	end(conn, peer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conn");
	TCase *tc = tcase_create("conn");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, test_login);
	tcase_add_loop_test(tc, test_login_refused, 0, (int)ARRAY_SIZE(refusals));
	tcase_add_test(tc, test_refused_unasked);
	tcase_add_test(tc, test_cut_at_every_byte);
	tcase_add_test(tc, test_request_cut_at_every_byte);
	tcase_add_loop_test(tc, test_lies, 0, (int)ARRAY_SIZE(lies));
	tcase_add_test(tc, test_noscript_in_a_pipeline);
	tcase_add_test(tc, test_break_while_answers_wait);
	tcase_add_test(tc, test_send_from_a_reply_function);
	tcase_add_test(tc, test_dropped);
	tcase_add_test(tc, test_large);
	tcase_add_test(tc, test_login_stalls);
	tcase_add_test(tc, test_closed);
	tcase_add_test(tc, test_take_reply);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
