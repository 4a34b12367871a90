/* SPDX-License-Identifier: MIT */
#include "conn-rig.h"

#include "clock.h"
#include "macro.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_MS 20000

struct lq_conn *conn_rig_new(const char *url)
{
	struct lq_conn *conn;
	char words[256];

	ck_assert_int_eq(lq_conn_new(url, &conn, words, sizeof(words)), 0);
	return conn;
}

struct lq_conn *conn_rig_begin(const char *url, const struct peer_step *steps,
			       struct peer **ret_peer)
{
	struct lq_conn *conn = conn_rig_new(url);
	int fd;

	*ret_peer = peer_start_pair(steps, &fd);
	ck_assert_int_eq(lq__conn_adopt(conn, fd), 0);
	ck_assert_int_eq(lq_conn_fd(conn), fd);
	ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	return conn;
}

void conn_rig_end(struct lq_conn *conn, struct peer *peer)
{
	char words[PEER_WORDS_SIZE];

	lq_conn_free(conn);
	peer_finish(peer, words);
	ck_assert_str_eq(words, "");
}

int conn_rig_settle(struct lq_conn *conn)
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

void conn_rig_await_input(struct lq_conn *conn)
{
	struct pollfd pfd = { .fd = lq_conn_fd(conn), .events = POLLIN };

	ck_assert_int_eq(poll(&pfd, 1, LIMIT_MS), 1);
}

char heard_log[1024];

void hear(void *userdata, int error, const struct reply *reply)
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

void conn_rig_command(struct lq_conn *conn, const char *name, struct heard *h)
{
	const struct lq__arg arg = { name, strlen(name) };

	*h = (struct heard){ .conn = conn, .name = name, .then = h->then };
	ck_assert_int_eq(lq__conn_command(conn, &arg, 1, hear, h), 0);
}

void conn_rig_script(struct lq_conn *conn, enum lq_script_id id, struct heard *h)
{
	static const struct lq__arg key = { "lq:{q}", 6 };

	*h = (struct heard){ .conn = conn, .name = lq__scripts[id].name };
	ck_assert_int_eq(lq__conn_script(conn, id, 1, &key, 1, hear, h), 0);
}
