/* SPDX-License-Identifier: MIT */
/* Reaping: the jobs of a worker whose lease has run out go back to the queue. */
#include "args.h"
#include "cleanup.h"
#include "conn.h"
#include "keys.h"

#include <errno.h>
#include <stdlib.h>

#define REAP_LIMIT "200" /* 0.75 ms of the server's time */

struct call {
	lq_reap_fn fn;
	void *userdata;
};

static int read_reply(const struct reply *message, struct lq_reap_reply *ret)
{
	int64_t returned, ended, more;

	if (lq__reply_want_array(message, 3, 3) < 0 ||
	    lq__reply_want_int(message->elements[0], &returned) < 0 || returned < 0 ||
	    lq__reply_want_int(message->elements[1], &ended) < 0 || ended < 0 ||
	    lq__reply_want_int(message->elements[2], &more) < 0)
		return -EPROTO;
	*ret = (struct lq_reap_reply){ .n_returned = (size_t)returned,
				       .n_ended = (size_t)ended,
				       .more = more != 0 };
	return 0;
}

static void on_reply(void *userdata, int error, const struct reply *message)
{
	_cleanup_(cleanup_free) struct call *call = userdata;
	struct lq_reap_reply reply;

	if (!error)
		error = read_reply(message, &reply);
	call->fn(call->userdata, error, error ? NULL : &reply);
}

int lq_reap_send(struct lq_conn *conn, const char *queue, unsigned int max_lost,
		 int64_t failure_ttl_ms, lq_reap_fn fn, void *userdata)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	_cleanup_(cleanup_free) struct call *call = malloc(sizeof(*call));
	char key[LQ__KEY_SIZE];

	if (!call)
		return -ENOMEM;
	*call = (struct call){ .fn = fn, .userdata = userdata };
	lq__args_copy(&args, lq__key_base(key, lq__conn_prefix(conn), queue));
	lq__args_add_str(&args, REAP_LIMIT);
	lq__args_uint(&args, max_lost);
	lq__args_int(&args, failure_ttl_ms);
	if (args.error)
		return args.error;

	int r = lq__conn_script(conn, LQ_SCRIPT_REAP, 1, args.items, args.n, on_reply, call);

	if (r >= 0)
		(void)TAKE(call);
	return r;
}
