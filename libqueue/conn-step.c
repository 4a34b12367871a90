/* SPDX-License-Identifier: MIT */
/* One step of a connection: what can be sent, what has come, and whose answer it is. */
#include "conn-private.h"

#include "clock.h"
#include "macro.h"
#include "resp.h"

#include <errno.h>

#define READS_IN_A_STEP 16 /* so that one busy server does not keep a loop from the others */
#define PIECES_IN_A_WRITE 64

static int conn_send(struct lq_conn *conn)
{
	bool login_only = conn->state != CONN_READY;

	while (lq__requests_has_unsent(&conn->requests, login_only)) {
		struct iovec iov[PIECES_IN_A_WRITE];
		size_t n = lq__requests_to_send(&conn->requests, login_only, iov, ARRAY_SIZE(iov));
		ssize_t size = lq__link_send(&conn->link, iov, n);

		if (size == -EAGAIN)
			return 0;
		if (size < 0)
			return (int)size;
		lq__requests_sent(&conn->requests, (size_t)size);
	}
	return 0;
}

/* An answer while nothing is asked: what a server says of its own accord before it closes. */
static int unasked(struct lq_conn *conn, const struct reply *reply)
{
	if (reply->type == REPLY_ERROR)
		return lq__conn_fail(conn, lq__reply_errno(reply), "%s: %s", conn->url.display,
				     reply->str);
	return lq__conn_fail(conn, -EPROTO,
			     "%s answers what nobody has asked: is it a Redis server?",
			     conn->url.display);
}

static int call_back(struct lq_conn *conn)
{
	struct lq__request *request;
	int r = 0;

	while (r >= 0 && (request = lq__requests_take_answered(&conn->requests))) {
		if (!request->is_login && lq__reply_drops_connection(request->reply))
			r = lq__conn_fail(conn, lq__reply_errno(request->reply), "%s: %s",
					  conn->url.display, request->reply->str);
		lq__conn_finish_request(conn, request);
		if (conn->login_error < 0)
			return conn->login_error;
	}
	return r;
}

static int take_answers(struct lq_conn *conn, const char *data, size_t size)
{
	struct reply *reply;
	int r = lq__resp_feed(conn->resp, data, size);

	while (r >= 0 && (r = lq__resp_next(conn->resp, &reply)) > 0) {
		r = lq__requests_answer(&conn->requests, reply);
		if (r < 0) {
			r = unasked(conn, reply);
			lq__reply_free(reply);
			return r;
		}
		r = call_back(conn);
		if (r < 0)
			return r;
	}
	if (r == -ENOMEM)
		return lq__conn_fail(conn, r, "no memory for an answer of %s", conn->url.display);
	if (r < 0)
		return lq__conn_fail(conn, r, "the answer of %s makes no sense: %s",
				     conn->url.display, lq__resp_error(conn->resp));
	return 0;
}

static int broken(struct lq_conn *conn, int error)
{
	return lq__conn_fail(conn, error, "the connection to %s broke: %s", conn->url.display,
			     conn->link.reason);
}

static int conn_receive(struct lq_conn *conn)
{
	for (int i = 0; i < READS_IN_A_STEP; i++) {
		ssize_t size = lq__link_receive(&conn->link, conn->input, sizeof(conn->input));

		if (size == -EAGAIN)
			return 0;
		if (size < 0)
			return broken(conn, (int)size);
		if (size == 0)
			return lq__conn_fail(conn, -ECONNRESET, "%s has closed the connection",
					     conn->url.display);
		int r = take_answers(conn, conn->input, (size_t)size);
		if (r < 0)
			return r;
		if ((size_t)size < sizeof(conn->input))
			return 0;
	}
	return 0;
}

/* What a server says before it closes is worth more than that a write failed: it is read first. */
static int exchange_bytes(struct lq_conn *conn)
{
	int send_error = conn_send(conn);
	int r = conn_receive(conn);

	if (r < 0)
		return r;
	if (send_error == 0)
		send_error = conn_send(conn);
	return send_error < 0 ? broken(conn, send_error) : 0;
}

static int step(struct lq_conn *conn)
{
	int r = 0;

	if (conn->state == CONN_CONNECTING) {
		r = lq__link_connect(&conn->link);
		if (r < 0)
			return lq__conn_cannot_connect(conn, r);
		if (r == 0)
			conn->state = CONN_LOGIN;
	}
	if (conn->state != CONN_CONNECTING) {
		r = exchange_bytes(conn);
		if (r < 0)
			return r;
	}
	if (conn->deadline_ms >= 0 && clock_monotonic_ms() >= conn->deadline_ms)
		return lq__conn_fail(
			conn, -ETIMEDOUT,
			"cannot connect to %s: no answer within %lld ms: see that Redis "
			"runs there and that the network lets through",
			conn->url.display, (long long)conn->connect_timeout_ms);
	return 0;
}

int lq_conn_step(struct lq_conn *conn)
{
	if (conn->state == CONN_CLOSED)
		return -ENOTCONN;
	int r = step(conn);
	if (r < 0)
		lq_conn_close(conn);
	return r;
}
