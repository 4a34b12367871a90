/* SPDX-License-Identifier: MIT */
/*
 * Emptying a queue, or one of its registries, in steps that do not hold the server up. As
 * many go as were there at the start, so that it ends while others enqueue.
 */
#include "cleanup.h"
#include "macro.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <libqueue/inspect.h>

#define STEP 500
#define IDLE_STEPS_MAX 10000 /* a server that gets nowhere is left alone in the end */

static int64_t count_of(const struct lq_queue_counts *counts, enum lq_job_state state)
{
	switch (state) {
	case LQ_JOB_QUEUED:
		return counts->queued;
	case LQ_JOB_SCHEDULED:
		return counts->scheduled;
	case LQ_JOB_FINISHED:
		return counts->finished;
	case LQ_JOB_FAILED:
		return counts->failed;
	case LQ_JOB_CANCELED:
		return counts->canceled;
	case LQ_JOB_STOPPED:
		return counts->stopped;
	case LQ_JOB_DEFERRED:
	case LQ_JOB_STARTED:
	case LQ_N_JOB_STATES:
		break;
	}
	return -1;
}

static int purge_some(struct lq_client *client, const char *queue, enum lq_job_state state,
		      int64_t limit, int64_t *ret_removed, int64_t *ret_left)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = lq__client_begin(client, 0);

	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_PURGE, queue, &message, "si",
				    lq_job_state_name(state), limit);
	if (r < 0)
		return r;
	if (lq__reply_want_array(message, 2, 2) < 0 ||
	    lq__reply_want_int(message->elements[0], ret_removed) < 0 || *ret_removed < 0 ||
	    *ret_removed > limit || lq__reply_want_int(message->elements[1], ret_left) < 0)
		return lq__fail_reply(client, "purge");
	return 0;
}

/* Entries that stand for nothing any more are passed over, so a step may remove none. */
static int purge(struct lq_client *client, const char *queue, enum lq_job_state state, int64_t n,
		 int64_t *n_removed)
{
	int64_t removed = 0, left = 1;

	for (int n_idle = 0; *n_removed < n && left > 0 && n_idle < IDLE_STEPS_MAX;) {
		int r = purge_some(client, queue, state, MIN(n - *n_removed, STEP), &removed,
				   &left);

		if (r < 0)
			return r;
		*n_removed += removed;
		n_idle = removed ? 0 : n_idle + 1;
	}
	return 0;
}

int lq_queue_clear(struct lq_client *client, const char *queue, enum lq_job_state state,
		   int64_t *ret_n)
{
	struct lq_queue_counts counts = { .queued = 0 };
	int64_t n_removed = 0;
	int r = lq__client_check(client);

	if (ret_n)
		*ret_n = 0;
	if (r >= 0)
		r = lq__validate_queue(client, queue);
	if (r < 0)
		return r;
	if (count_of(&counts, state) < 0)
		return lq__client_fail(client, -EINVAL,
				       "jobs in state '%s' cannot be cleared: give queued, "
				       "scheduled, finished, failed, canceled or stopped",
				       lq_job_state_name(state));
	r = lq_queue_stats(client, queue, &counts);
	if (r < 0)
		return r;
	r = purge(client, queue, state, count_of(&counts, state), &n_removed);
	if (ret_n)
		*ret_n = n_removed;
	return r;
}

int lq_queue_empty(struct lq_client *client, const char *queue, int64_t *ret_n)
{
	return lq_queue_clear(client, queue, LQ_JOB_QUEUED, ret_n);
}
