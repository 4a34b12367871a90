/* SPDX-License-Identifier: MIT */
/* A connection as others hold it: made, begun, asked, closed. What happens in between is in
 * conn-step.c. */
#include "conn-private.h"

#include "cleanup.h"
#include "clock.h"
#include "macro.h"
#include "resp.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int lq__conn_fail(struct lq_conn *conn, int error, const char *format, ...)
{
	if (conn->error[0])
		return error;

	va_list args;
	va_start(args, format);
	(void)vsnprintf(conn->error, sizeof(conn->error), format, args);
	va_end(args);
	lq__url_mask(&conn->url, conn->error);
	return error;
}

int lq_conn_new(const char *url, struct lq_conn **ret_conn, char *error_text, size_t size)
{
	_cleanup_(cleanup_free) struct lq_conn *conn = calloc(1, sizeof(*conn));

	if (!conn) {
		(void)snprintf(error_text, size, "no memory for a connection");
		return -ENOMEM;
	}
	int r = lq__url_parse(url, &conn->url, error_text, size);
	if (r < 0)
		return r;
	conn->link = LQ__LINK_INIT;
	conn->connect_timeout_ms = LQ_DEFAULT_CONNECT_TIMEOUT_MS;
	conn->deadline_ms = -1;
	lq__requests_init(&conn->requests);
	*ret_conn = TAKE(conn);
	return 0;
}

void lq_conn_free(struct lq_conn *conn)
{
	if (!conn)
		return;
	lq_conn_close(conn);
	lq__url_fini(&conn->url);
	free(conn);
}

void lq__conn_finish_request(struct lq_conn *conn, struct lq__request *request)
{
	int error = -ECONNRESET;

	conn->current = TAKE(request->reply);
	if (conn->current)
		error = conn->current->type == REPLY_ERROR ? lq__reply_errno(conn->current) : 0;
	request->fn(request->userdata, error, conn->current);
	lq__reply_free(TAKE(conn->current));
	lq__request_free(request);
}

void lq_conn_close(struct lq_conn *conn)
{
	struct lq__request *request;

	conn->state = CONN_CLOSED;
	conn->deadline_ms = -1;
	lq__link_close(&conn->link);
	lq__resp_free(TAKE(conn->resp));
	while ((request = lq__requests_take_first(&conn->requests)))
		lq__conn_finish_request(conn, request);
}

/* A connection from nothing, up to where the two ways of getting a descriptor part. */
static int begin(struct lq_conn *conn)
{
	lq_conn_close(conn);
	conn->error[0] = '\0';
	conn->login_error = 0;
	conn->resp = lq__resp_new();
	if (!conn->resp)
		return lq__conn_fail(conn, -ENOMEM, "no memory to connect to %s",
				     conn->url.display);
	return lq__conn_queue_login(conn);
}

int lq__conn_cannot_connect(struct lq_conn *conn, int error)
{
	return lq__conn_fail(
		conn, error,
		"cannot connect to %s: %s: see that Redis runs there and that the URL is "
		"right",
		conn->url.display, conn->link.reason);
}

int lq_conn_connect(struct lq_conn *conn)
{
	int r = begin(conn);

	if (r >= 0) {
		r = lq__link_open(&conn->link, &conn->url, conn->connect_timeout_ms);
		if (r < 0)
			r = lq__conn_cannot_connect(conn, r);
	}
	if (r < 0) {
		lq_conn_close(conn);
		return r;
	}
	conn->state = CONN_CONNECTING;
	conn->deadline_ms = conn->link.deadline_ms;
	return 0;
}

int lq__conn_adopt(struct lq_conn *conn, int fd)
{
	_cleanup_(cleanup_close) int owned_fd = fd;
	int r = begin(conn);

	if (r >= 0)
		r = lq__link_adopt(&conn->link, owned_fd);
	if (r < 0) {
		lq_conn_close(conn);
		return r;
	}
	(void)TAKE_FD(owned_fd);
	conn->state = CONN_LOGIN;
	if (conn->connect_timeout_ms >= 0)
		conn->deadline_ms = clock_monotonic_ms() + conn->connect_timeout_ms;
	return 0;
}

static int add(struct lq_conn *conn, struct lq__request *request, lq__reply_fn fn, void *userdata)
{
	request->fn = fn;
	request->userdata = userdata;
	lq__requests_add(&conn->requests, request);
	return 0;
}

int lq__conn_command(struct lq_conn *conn, const struct lq__arg *args, size_t n, lq__reply_fn fn,
		     void *userdata)
{
	struct lq__request *request;

	if (conn->state == CONN_CLOSED)
		return -ENOTCONN;
	int r = lq__request_command(args, n, &request);
	return r < 0 ? r : add(conn, request, fn, userdata);
}

/* One argument above the limit: the call and where its answer goes.
 * NOLINTNEXTLINE(readability-function-size) */
int lq__conn_script(struct lq_conn *conn, enum lq_script_id script, size_t n_keys,
		    const struct lq__arg *keys_and_args, size_t n, lq__reply_fn fn, void *userdata)
{
	struct lq__request *request;

	if (conn->state == CONN_CLOSED)
		return -ENOTCONN;
	int r = lq__request_script(&lq__scripts[script], n_keys, keys_and_args, n, &request);
	return r < 0 ? r : add(conn, request, fn, userdata);
}

struct reply *lq__conn_take_reply(struct lq_conn *conn)
{
	return TAKE(conn->current);
}

void lq__conn_mask(const struct lq_conn *conn, char *text)
{
	lq__url_mask(&conn->url, text);
}

int lq_conn_fd(const struct lq_conn *conn)
{
	return conn->link.fd;
}

short lq_conn_events(const struct lq_conn *conn)
{
	if (conn->state == CONN_CONNECTING)
		return POLLOUT;
	return lq__requests_has_unsent(&conn->requests, conn->state != CONN_READY)
		       ? POLLIN | POLLOUT
		       : POLLIN;
}

bool lq_conn_is_ready(const struct lq_conn *conn)
{
	return conn->state == CONN_READY;
}

size_t lq_conn_n_pending(const struct lq_conn *conn)
{
	return conn->requests.n;
}

int64_t lq_conn_deadline_ms(const struct lq_conn *conn)
{
	if (conn->state == CONN_CONNECTING && conn->deadline_ms >= 0)
		return MIN(conn->deadline_ms, conn->link.address_deadline_ms);
	return conn->deadline_ms;
}

const char *lq_conn_error(const struct lq_conn *conn)
{
	return conn->error;
}

const char *lq_conn_display_url(const struct lq_conn *conn)
{
	return conn->url.display;
}

const char *lq__conn_prefix(const struct lq_conn *conn)
{
	return conn->url.prefix;
}

void lq__conn_set_connect_timeout(struct lq_conn *conn, int64_t ms)
{
	conn->connect_timeout_ms = ms;
}
