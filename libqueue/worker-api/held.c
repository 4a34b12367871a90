/* SPDX-License-Identifier: MIT */
/* What Redis thinks that a worker holds: asked for when its count differs from the worker's own. */
#include "args.h"
#include "cleanup.h"
#include "conn.h"
#include "keys.h"

#include <errno.h>
#include <stdlib.h>

struct call {
	lq_held_fn fn;
	void *userdata;
};

/* Ids and scores in turn. *ret is owned by the caller, the ids in it borrow from the message. */
static int read_reply(const struct reply *message, struct lq_held **ret, size_t *ret_n)
{
	if (lq__reply_want_array(message, 0, SIZE_MAX) < 0 || message->size % 2 != 0)
		return -EPROTO;

	size_t n = message->size / 2;
	_cleanup_(cleanup_free) struct lq_held *held = calloc(n + 1, sizeof(*held));

	if (!held)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		size_t size;

		if (lq__reply_want_str(message->elements[2 * i], &held[i].id, &size) < 0 ||
		    lq__reply_want_uint(message->elements[2 * i + 1], &held[i].token) < 0)
			return -EPROTO;
	}
	*ret = TAKE(held);
	*ret_n = n;
	return 0;
}

static void on_reply(void *userdata, int error, const struct reply *message)
{
	_cleanup_(cleanup_free) struct call *call = userdata;
	_cleanup_(cleanup_free) struct lq_held *held = NULL;
	size_t n = 0;

	if (!error)
		error = read_reply(message, &held, &n);
	call->fn(call->userdata, error, held, n);
}

int lq_held_send(struct lq_conn *conn, const char *queue, const char *worker, lq_held_fn fn,
		 void *userdata)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	_cleanup_(cleanup_free) struct call *call = malloc(sizeof(*call));
	char key[LQ__KEY_SIZE];

	if (!call)
		return -ENOMEM;
	*call = (struct call){ .fn = fn, .userdata = userdata };
	lq__args_add_str(&args, "ZRANGE");
	lq__args_copy(&args, lq__key_held(key, lq__conn_prefix(conn), queue, worker));
	lq__args_add_str(&args, "0");
	lq__args_add_str(&args, "-1");
	lq__args_add_str(&args, "WITHSCORES");
	if (args.error)
		return args.error;

	int r = lq__conn_command(conn, args.items, args.n, on_reply, call);

	if (r >= 0)
		(void)TAKE(call);
	return r;
}
