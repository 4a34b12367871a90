/* SPDX-License-Identifier: MIT */
/*
 * Waiting for work: one BLPOP on the worker's own lists of messages, then on the wake tokens
 * of its queues. Messages come first since BLPOP takes the first list that has something.
 */
#include "args.h"
#include "cleanup.h"
#include "conn.h"
#include "gather.h"
#include "keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CTL_LIFE_MS 3600000 /* from the last message */
#define SECONDS_SIZE 32

struct call {
	lq_wake_fn fn;
	void *userdata;
	struct lq__args args; /* "BLPOP", the keys, the timeout */
	size_t n_queues;
};

static void call_free(struct call *call)
{
	if (!call)
		return;
	lq__args_fini(&call->args);
	free(call);
}
DEFINE_CLEANUP(struct call *, cleanup_call, call_free)

static int read_reply(const struct call *call, const struct reply *message,
		      struct lq_wake_reply *ret)
{
	const char *key, *value;
	size_t key_size, value_size;

	*ret = (struct lq_wake_reply){ .kind = LQ_WAKE_NOTHING };
	if (message->type == REPLY_NIL)
		return 0;
	if (lq__reply_want_array(message, 2, 2) < 0 ||
	    lq__reply_want_str(message->elements[0], &key, &key_size) < 0 ||
	    lq__reply_want_str(message->elements[1], &value, &value_size) < 0)
		return -EPROTO;
	for (size_t i = 0; i < call->args.n - 2; i++) {
		const struct lq__arg *asked = &call->args.items[i + 1];

		if (asked->size != key_size || memcmp(asked->data, key, key_size) != 0)
			continue;
		ret->kind = i < call->n_queues ? LQ_WAKE_MESSAGE : LQ_WAKE_WORK;
		ret->queue = i < call->n_queues ? i : i - call->n_queues;
		ret->message = ret->kind == LQ_WAKE_MESSAGE ? value : NULL;
		return 0;
	}
	return -EPROTO;
}

static void on_reply(void *userdata, int error, const struct reply *message)
{
	_cleanup_(cleanup_call) struct call *call = userdata;
	struct lq_wake_reply reply;

	if (!error)
		error = read_reply(call, message, &reply);
	call->fn(call->userdata, error, error ? NULL : &reply);
}

/* Redis takes 0 for "for ever": at least 10 ms. */
static void format_seconds(char buf[SECONDS_SIZE], int64_t timeout_ms)
{
	int64_t hundredths = timeout_ms <= 0 ? 1 : timeout_ms / 10 + (timeout_ms % 10 != 0);

	(void)snprintf(buf, SECONDS_SIZE, "%" PRId64 ".%02d", hundredths / 100,
		       (int)(hundredths % 100));
}

static void add_keys(struct lq__args *args, const char *prefix, const char *worker,
		     const char *const *queues, size_t n_queues, bool with_work)
{
	char key[LQ__KEY_SIZE];

	for (size_t i = 0; i < n_queues; i++)
		lq__args_copy(args, lq__key_ctl(key, prefix, queues[i], worker));
	for (size_t i = 0; with_work && i < n_queues; i++)
		lq__args_copy(args, lq__key_wake(key, prefix, queues[i]));
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are the contract's. */
int lq_wake_send(struct lq_conn *conn, const char *worker, const char *const *queues,
		 size_t n_queues, bool with_work, int64_t timeout_ms, lq_wake_fn fn, void *userdata)
{
	_cleanup_(cleanup_call) struct call *call = calloc(1, sizeof(*call));
	char seconds[SECONDS_SIZE];

	if (!call)
		return -ENOMEM;
	if (n_queues == 0)
		return -EINVAL;
	call->fn = fn;
	call->userdata = userdata;
	call->n_queues = n_queues;
	format_seconds(seconds, timeout_ms);
	lq__args_add_str(&call->args, "BLPOP");
	add_keys(&call->args, lq__conn_prefix(conn), worker, queues, n_queues, with_work);
	lq__args_copy(&call->args, seconds);
	if (call->args.error)
		return call->args.error;

	int r = lq__conn_command(conn, call->args.items, call->args.n, on_reply, call);

	if (r >= 0)
		(void)TAKE(call);
	return r;
}

int lq_wake_nudge_send(struct lq_conn *conn, const char *worker, const char *queue)
{
	_cleanup_(lq__args_fini) struct lq__args push = LQ__ARGS_INIT;
	_cleanup_(lq__args_fini) struct lq__args expire = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	(void)lq__key_ctl(key, lq__conn_prefix(conn), queue, worker);
	lq__args_add_str(&push, "RPUSH");
	lq__args_add_str(&push, key);
	lq__args_add_str(&push, "nop");
	lq__args_add_str(&expire, "PEXPIRE");
	lq__args_add_str(&expire, key);
	lq__args_int(&expire, CTL_LIFE_MS);
	if (push.error || expire.error)
		return -ENOMEM;

	int r = lq__conn_command(conn, push.items, push.n, lq__ignore_reply, NULL);

	if (r < 0)
		return r;
	return lq__conn_command(conn, expire.items, expire.n, lq__ignore_reply, NULL);
}
