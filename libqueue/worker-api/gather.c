/* SPDX-License-Identifier: MIT */
/* Counting the commands of a verb that still want their answer. */
#include "gather.h"

#include "names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int lq__gather_new(struct lq_conn *conn, const char *worker, const char *name, lq_done_fn fn,
		   void *userdata, struct lq__gather **ret)
{
	if (!worker || !lq__is_job_id(worker) || !name || !lq__is_worker_name(name))
		return -EINVAL;

	struct lq__gather *gather = calloc(1, sizeof(*gather));

	if (!gather)
		return -ENOMEM;
	/* One is held by the sending itself, so that no answer ends the gather before. */
	*gather =
		(struct lq__gather){ .conn = conn, .fn = fn, .userdata = userdata, .n_pending = 1 };
	memcpy(gather->who.worker, worker, strlen(worker) + 1);
	memcpy(gather->who.name, name, strlen(name) + 1);
	*ret = gather;
	return 0;
}

static void on_plain_reply(void *userdata, int error, const struct reply *message)
{
	(void)message;
	lq__gather_done(userdata, error);
}

int lq__gather_send(struct lq__gather *gather, struct lq__args *args, lq__reply_fn fn)
{
	int r = args->error;

	if (!r)
		r = lq__conn_command(gather->conn, args->items, args->n, fn ? fn : on_plain_reply,
				     gather);
	if (r >= 0)
		gather->n_pending++;
	lq__args_fini(args);
	return r;
}

void lq__gather_done(struct lq__gather *gather, int error)
{
	if (!gather->error)
		gather->error = error;
	if (--gather->n_pending > 0)
		return;
	if (gather->fn)
		gather->fn(gather->userdata, gather->error);
	free(gather);
}

int lq__gather_sent(struct lq__gather *gather, int r)
{
	if (r < 0)
		gather->fn = NULL;
	lq__gather_done(gather, r);
	return r < 0 ? r : 0;
}
