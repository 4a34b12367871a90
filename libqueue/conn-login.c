/* SPDX-License-Identifier: MIT */
/* The login: the first requests of a connection. The others wait until it is done, for a refused
 * SELECT must not let them loose on another database. */
#include "conn-private.h"

#include "macro.h"

#include <stdio.h>
#include <string.h>

static void login_answered(void *userdata, int error, const struct reply *reply)
{
	struct lq_conn *conn = userdata;

	if (!reply || conn->login_error < 0)
		return;
	if (error < 0)
		conn->login_error = lq__conn_fail(conn, error, "%s refuses the login: %s",
						  conn->url.display, reply->str);
}

static void last_login_answered(void *userdata, int error, const struct reply *reply)
{
	struct lq_conn *conn = userdata;

	login_answered(userdata, error, reply);
	if (conn->state != CONN_LOGIN || conn->login_error < 0)
		return;
	conn->state = CONN_READY;
	conn->deadline_ms = -1;
}

static struct lq__arg arg_of(const char *text)
{
	return (struct lq__arg){ .data = text, .size = strlen(text) };
}

static int add_login(struct lq_conn *conn, const struct lq__arg *args, size_t n, lq__reply_fn fn)
{
	struct lq__request *request;

	int r = lq__request_command(args, n, &request);
	if (r < 0)
		return lq__conn_fail(conn, r, "no memory for the login to %s", conn->url.display);
	request->fn = fn;
	request->userdata = conn;
	request->is_login = true;
	lq__requests_add(&conn->requests, request);
	return 0;
}

int lq__conn_queue_login(struct lq_conn *conn)
{
	const struct lq__url *url = &conn->url;
	const struct lq__arg ping[] = { arg_of("PING") };
	char db[16];
	int r = 0;

	if (url->password) {
		const struct lq__arg auth[] = { arg_of("AUTH"),
						arg_of(url->user ? url->user : url->password),
						arg_of(url->password) };
		r = add_login(conn, auth, url->user ? 3 : 2, login_answered);
	}
	if (r == 0 && url->db != 0) {
		(void)snprintf(db, sizeof(db), "%d", url->db);
		const struct lq__arg select[] = { arg_of("SELECT"), arg_of(db) };
		r = add_login(conn, select, ARRAY_SIZE(select), login_answered);
	}
	return r < 0 ? r : add_login(conn, ping, ARRAY_SIZE(ping), last_login_answered);
}
