/* SPDX-License-Identifier: MIT */
/* A client as its user holds it: new, open, close, ping, and the words of an error. */
#include "cleanup.h"
#include "client-private.h"
#include "clock.h"
#include "macro.h"
#include "sized.h"

#include <errno.h>
#include <libqueue/limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lq_client *lq_client_new(void)
{
	return calloc(1, sizeof(struct lq_client));
}

static int read_options(struct lq_client *client, const struct lq_client_options *from,
			struct lq_client_options *ret)
{
	*ret = (struct lq_client_options)LQ_CLIENT_OPTIONS_INIT;
	int r = from ? lq__sized_copy(ret, sizeof(*ret), from) : 0;

	if (r == -EINVAL)
		return lq__client_fail(client, r,
				       "the options have no size: begin them with "
				       "LQ_CLIENT_OPTIONS_INIT");
	if (r == -ENOTSUP)
		return lq__client_fail(client, r,
				       "the options hold what this version of libqueue does not "
				       "know: use a newer library");
	return r;
}

static int read_timeout(struct lq_client *client, const char *name, int64_t value,
			int64_t default_ms, int64_t *ret)
{
	if (value < LQ_FOREVER)
		return lq__client_fail(client, -EINVAL,
				       "%s is %lld: give milliseconds, 0 for the default or "
				       "LQ_FOREVER",
				       name, (long long)value);
	*ret = value == 0 ? default_ms : MIN(value, LQ__TIMEOUT_MAX_MS);
	return 0;
}

static int set_up(struct lq_client *client, const char *url,
		  const struct lq_client_options *options)
{
	struct lq_client_options known;
	int64_t connect_ms = LQ_DEFAULT_CONNECT_TIMEOUT_MS;

	int r = read_options(client, options, &known);
	if (r >= 0)
		r = read_timeout(client, "connect_timeout_ms", known.connect_timeout_ms,
				 LQ_DEFAULT_CONNECT_TIMEOUT_MS, &connect_ms);
	if (r >= 0)
		r = read_timeout(client, "call_timeout_ms", known.call_timeout_ms,
				 LQ_DEFAULT_CALL_TIMEOUT_MS, &client->call_timeout_ms);
	if (r < 0)
		return r;
	r = lq_conn_new(url, &client->conn, client->error, sizeof(client->error));
	if (r < 0)
		return r;
	lq__conn_set_connect_timeout(client->conn, connect_ms);
	client->limit_ms = client->deadline_ms = -1;
	r = lq__client_connect(client);
	return r < 0 ? r : lq__client_await_login(client);
}

static void shut(struct lq_client *client)
{
	lq_conn_free(TAKE(client->conn));
	client->pid = 0;
}

int lq_client_open(struct lq_client *client, const char *url,
		   const struct lq_client_options *options)
{
	if (!client)
		return -ENOMEM;
	client->error[0] = '\0';
	int r = lq__client_check_process(client);
	if (r < 0)
		return r;
	shut(client);
	r = set_up(client, url, options);
	if (r < 0)
		shut(client);
	else
		client->pid = getpid();
	return r;
}

/* In a child of fork() too: closing its copy of the descriptor sends nothing. */
void lq_client_close(struct lq_client *client)
{
	if (!client)
		return;
	shut(client);
	free(client);
}

const char *lq_client_error(const struct lq_client *client)
{
	return client ? client->error : "no memory for a client";
}

DEFINE_CLEANUP(struct reply *, reply_freep, lq__reply_free)

int lq_client_ping(struct lq_client *client, int64_t *ret_us)
{
	static const struct lq__arg ping = { "PING", 4 };
	_cleanup_(reply_freep) struct reply *reply = NULL;

	int r = lq__client_begin(client, 0);
	if (r < 0)
		return r;
	int64_t start_us = clock_monotonic_us();
	r = lq__client_command(client, &ping, 1, &reply);
	if (r < 0)
		return r;
	if (reply->type != REPLY_STATUS || strcmp(reply->str, "PONG") != 0)
		return lq__client_fail(client, -EPROTO,
				       "%s answers PING with something other than PONG",
				       lq_conn_display_url(client->conn));
	if (ret_us)
		*ret_us = clock_monotonic_us() - start_us;
	return 0;
}
