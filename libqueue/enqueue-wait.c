/* SPDX-License-Identifier: MIT */
/*
 * lq_enqueue_wait(): the wait is registered ahead of the job, in the same round trip, so
 * that a job which is quick and leaves nothing behind still tells its result.
 */
#include "args.h"
#include "cleanup.h"
#include "enqueue-run.h"
#include "info.h"
#include "keys.h"
#include "waiting.h"

#include <errno.h>
#include <inttypes.h>
#include <libqueue/enqueue.h>
#include <string.h>

#define MAY_BE_MISSING "1"

/* What it answers is nobody's concern: the waiting goes on from the job's own outcome. */
static void on_registered(void *userdata, int error, const struct reply *message)
{
	bool *is_registered = userdata;

	(void)message;
	*is_registered = error == 0;
}

static int send_registration(struct lq__waiting *waiting)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	struct lq_conn *conn = lq__client_conn(waiting->client);
	char base[LQ__KEY_SIZE];

	lq__args_add_str(&args, lq__key_base(base, lq__conn_prefix(conn), waiting->queue));
	lq__args_add_str(&args, waiting->id);
	lq__args_add_str(&args, waiting->nonce);
	lq__args_add_str(&args, MAY_BE_MISSING);
	if (args.error)
		return args.error;
	return lq__conn_script(conn, LQ_SCRIPT_WAIT, 1, args.items, args.n, on_registered,
			       &waiting->is_registered);
}

static int enqueue_registered(struct lq__planned *job, struct lq__waiting *waiting)
{
	struct lq_client *client = waiting->client;
	struct lq__planned *const jobs[] = { job };
	struct lq__run run = { .client = client, .jobs = jobs, .n = 1 };
	int r = lq__client_begin(client, 0);

	if (r < 0)
		return r;
	r = send_registration(waiting);
	if (r >= 0)
		r = lq__run_send(&run);
	if (r < 0)
		(void)lq__client_fail(client, r, "no memory to send job '%s'", job->made.id);

	int finished = lq__client_finish(client);

	if (r < 0)
		return r;
	return run.is_answered ? lq__planned_say(client, job) : finished;
}

static int refuse(struct lq_client *client, int refused, const char *words, int64_t timeout_ms)
{
	int r = lq__client_check(client);

	if (r < 0)
		return r;
	if (refused < 0)
		return lq__client_fail(client, refused, "%s", words);
	if (timeout_ms < LQ_FOREVER)
		return lq__client_fail(
			client, -EINVAL,
			"cannot wait for %" PRId64 " ms: 0 looks once, -1 is no limit", timeout_ms);
	return 0;
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are the public header's. */
int lq_enqueue_wait(struct lq_client *client, const char *handler, struct lq_value *args,
		    const struct lq_enqueue_options *options, int64_t timeout_ms, char *ret_id,
		    struct lq_job_info **ret_info)
{
	_cleanup_(lq__planned_fini) struct lq__planned job;
	_cleanup_(lq__cleanup_info) struct lq_job_info *info = NULL;
	struct lq__waiting waiting;
	char words[LQ__REFUSAL_SIZE], id[LQ_ID_SIZE];
	int refused = lq__planned_make(&job, handler, args, options, words);

	if (ret_id)
		memcpy(ret_id, job.made.id, strlen(job.made.id) + 1);

	int r = refuse(client, refused, words, timeout_ms);

	if (r < 0)
		return r;
	memcpy(id, job.made.id, sizeof(id));
	lq__waiting_init(&waiting, client, job.made.queue, id, timeout_ms);
	r = enqueue_registered(&job, &waiting);
	if (r == LQ_LOCKED && ret_id)
		memcpy(ret_id, job.made.id, strlen(job.made.id) + 1);
	if (r != 0)
		return r;
	lq__waiting_restart(&waiting);
	r = lq__waiting_run(&waiting, &info);
	if (r == 0 && ret_info)
		*ret_info = TAKE(info);
	return r;
}
