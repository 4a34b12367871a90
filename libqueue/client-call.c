/* SPDX-License-Identifier: MIT */
/* One call of a blocking client: its deadline, its connection, and the wait for its answers. */
#include "client-private.h"
#include "clock.h"
#include "macro.h"

#include <assert.h>
#include <errno.h>
#include <libqueue/error.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* Words may hold what a caller or a server sent, and end in somebody's log or terminal. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

int lq__client_fail(struct lq_client *client, int error, const char *format, ...)
{
	if (client->error[0])
		return error;

	va_list args;
	va_start(args, format);
	(void)vsnprintf(client->error, sizeof(client->error), format, args);
	va_end(args);
	if (client->conn)
		lq__conn_mask(client->conn, client->error);
	make_printable(client->error);
	return error;
}

int lq__client_check_process(struct lq_client *client)
{
	if (client->pid == 0 || client->pid == getpid())
		return 0;
	return lq__client_fail(
		client, -ECHILD,
		"this client was opened before fork(): the child needs one of its own");
}

int lq__client_check(struct lq_client *client)
{
	if (!client)
		return -ENOMEM;
	client->error[0] = '\0';
	int r = lq__client_check_process(client);
	if (r < 0)
		return r;
	return client->conn ? 0
			    : lq__client_fail(client, -EINVAL,
					      "the client is not open: lq_client_open() first");
}

/* Of two points of time, of which -1 is never. */
static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
	if (a_ms < 0 || b_ms < 0)
		return MAX(a_ms, b_ms);
	return MIN(a_ms, b_ms);
}

static void wait_for_connection(const struct lq_client *client)
{
	int64_t until_ms = earlier(client->deadline_ms, lq_conn_deadline_ms(client->conn));
	int64_t left_ms = until_ms < 0 ? -1 : MAX(until_ms - clock_monotonic_ms(), 0);
	struct pollfd pfd = { .fd = lq_conn_fd(client->conn),
			      .events = lq_conn_events(client->conn) };

	/* A signal, or the kernel's want of memory: the step that follows finds out what there is.
	 */
	(void)poll(&pfd, 1, (int)MIN(left_ms, INT_MAX));
}

static int client_step(struct lq_client *client)
{
	int r = lq_conn_step(client->conn);

	return r < 0 ? lq__client_fail(client, r, "%s", lq_conn_error(client->conn)) : 0;
}

/* After a step, for what has come by the deadline counts. What has not come may come later, and no
 * later call must take it for its own: the connection is closed. */
static int check_deadline(struct lq_client *client)
{
	if (client->deadline_ms < 0 || clock_monotonic_ms() < client->deadline_ms)
		return 0;
	int r = lq__client_fail(client, -ETIMEDOUT, "no answer of %s within %lld ms",
				lq_conn_display_url(client->conn), (long long)client->limit_ms);
	lq_conn_close(client->conn);
	return r;
}

int lq__client_connect(struct lq_client *client)
{
	int r = lq_conn_connect(client->conn);

	if (r < 0)
		return lq__client_fail(client, r, "%s", lq_conn_error(client->conn));
	lq__known_queues_clear(&client->known_queues);
	return 0;
}

int lq__client_await_login(struct lq_client *client)
{
	int r = 0;

	while (r >= 0 && !lq_conn_is_ready(client->conn)) {
		wait_for_connection(client);
		r = client_step(client);
		if (r >= 0 && !lq_conn_is_ready(client->conn))
			r = check_deadline(client);
	}
	return r;
}

/* A server may have closed it while it lay idle; it is found out before anything is sent. */
static bool is_connected(struct lq_client *client)
{
	return lq_conn_fd(client->conn) >= 0 && lq_conn_step(client->conn) >= 0;
}

/* A limit beyond ten thousand years is none. */
static int64_t sum_of_limits(int64_t limit_ms, int64_t extra_ms)
{
	int64_t sum_ms;

	if (limit_ms < 0 || extra_ms < 0 || __builtin_add_overflow(limit_ms, extra_ms, &sum_ms) ||
	    sum_ms > LQ__TIMEOUT_MAX_MS)
		return -1;
	return sum_ms;
}

int lq__client_begin_until(struct lq_client *client, int64_t extra_ms, int64_t until_ms)
{
	int r = lq__client_check(client);
	if (r < 0)
		return r;
	assert(lq_conn_n_pending(client->conn) == 0);
	if (!is_connected(client)) {
		r = lq__client_connect(client);
		if (r < 0)
			return r;
	}
	/* Name resolution, which nobody can bound, is behind us: from here it counts. */
	client->limit_ms = sum_of_limits(client->call_timeout_ms, extra_ms);
	client->deadline_ms = earlier(
		client->limit_ms < 0 ? -1 : clock_monotonic_ms() + client->limit_ms, until_ms);
	return lq__client_await_login(client);
}

int lq__client_begin(struct lq_client *client, int64_t extra_ms)
{
	return lq__client_begin_until(client, extra_ms, -1);
}

int lq__client_finish(struct lq_client *client)
{
	for (;;) {
		int r = client_step(client);
		if (r < 0 || lq_conn_n_pending(client->conn) == 0)
			return r;
		r = check_deadline(client);
		if (r < 0)
			return r;
		wait_for_connection(client);
	}
}

/* Where the answer of a single request goes. */
struct answer {
	struct lq_client *client;
	int error;
	struct reply *reply;
};

static void answered(void *userdata, int error, const struct reply *reply)
{
	struct answer *answer = userdata;

	answer->error = error;
	if (error == 0)
		answer->reply = lq__conn_take_reply(answer->client->conn);
	else if (reply)
		(void)lq__client_fail(answer->client, error, "%s: %s",
				      lq_conn_display_url(answer->client->conn), reply->str);
}

/* r: of the sending. */
static int await_answer(struct lq_client *client, struct answer *answer, int r,
			struct reply **ret_reply)
{
	if (r == -ENOTCONN)
		return lq__client_fail(client, -ECONNRESET, "the connection to %s is closed",
				       lq_conn_display_url(client->conn));
	if (r < 0)
		return lq__client_fail(client, r, "the request to %s cannot be made: %s",
				       lq_conn_display_url(client->conn), lq_result_text(r));
	r = lq__client_finish(client);
	if (r == 0)
		r = answer->error;
	if (r < 0) {
		lq__reply_free(answer->reply);
		return r;
	}
	*ret_reply = answer->reply;
	return 0;
}

int lq__client_script(struct lq_client *client, enum lq_script_id script, size_t n_keys,
		      const struct lq__arg *keys_and_args, size_t n, struct reply **ret_reply)
{
	struct answer answer = { .client = client };
	int r = lq__conn_script(client->conn, script, n_keys, keys_and_args, n, answered, &answer);

	return await_answer(client, &answer, r, ret_reply);
}

int lq__client_command(struct lq_client *client, const struct lq__arg *args, size_t n,
		       struct reply **ret_reply)
{
	struct answer answer = { .client = client };
	int r = lq__conn_command(client->conn, args, n, answered, &answer);

	return await_answer(client, &answer, r, ret_reply);
}

struct lq_conn *lq__client_conn(struct lq_client *client)
{
	return client->conn;
}

struct lq__known_queues *lq__client_known_queues(struct lq_client *client)
{
	return &client->known_queues;
}
