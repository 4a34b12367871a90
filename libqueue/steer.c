/* SPDX-License-Identifier: MIT */
/* Steering one job: cancel, requeue, stop, delete. */
#include "cleanup.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <libqueue/job.h>
#include <string.h>

#define AT_THE_END "0"

/* 1: done, 0: no such job, a text: what forbids it. */
static int read_outcome(struct lq_client *client, const struct reply *message, const char *script,
			const char *queue, const char *id, const char *rule)
{
	const char *state;
	size_t size;
	int64_t code;

	if (lq__reply_want_int(message, &code) == 0) {
		if (code == 1)
			return 0;
		return code == 0 ? lq__fail_not_found(client, queue, id)
				 : lq__fail_reply(client, script);
	}
	if (lq__reply_want_str(message, &state, &size) < 0)
		return lq__fail_reply(client, script);
	if (!strcmp(state, "locked"))
		return lq__client_fail(client, LQ_LOCKED,
				       "job '%s' of queue '%s' cannot go back: another job holds "
				       "its unique key",
				       id, queue);
	return lq__client_fail(client, LQ_WRONG_STATE, "job '%s' of queue '%s' is %s: %s", id,
			       queue, state, rule);
}

static int begin(struct lq_client *client, const char *queue, const char *id)
{
	int r = lq__client_check(client);

	if (r >= 0)
		r = lq__validate_job(client, queue, id);
	return r < 0 ? r : lq__client_begin(client, 0);
}

int lq_job_cancel(struct lq_client *client, const char *queue, const char *id)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = begin(client, queue, id);

	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_CANCEL, queue, &message, "si", id,
				    (int64_t)LQ_DEFAULT_CANCELED_TTL_MS);
	if (r < 0)
		return r;
	return read_outcome(client, message, "cancel", queue, id,
			    "only what has not started can be canceled (a started job can be "
			    "stopped)");
}

int lq_job_requeue(struct lq_client *client, const char *queue, const char *id)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = begin(client, queue, id);

	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_REQUEUE, queue, &message, "ss", id,
				    AT_THE_END);
	if (r < 0)
		return r;
	return read_outcome(client, message, "requeue", queue, id,
			    "only what has ended can be put into the queue again");
}

int lq_job_stop(struct lq_client *client, const char *queue, const char *id)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = begin(client, queue, id);

	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_STOP, queue, &message, "s", id);
	if (r < 0)
		return r;
	return read_outcome(client, message, "stop", queue, id,
			    "only a started job can be stopped (one that waits can be canceled)");
}

int lq_job_delete(struct lq_client *client, const char *queue, const char *id)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = begin(client, queue, id);

	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_DELETE, queue, &message, "s", id);
	if (r < 0)
		return r;
	return read_outcome(client, message, "delete", queue, id,
			    "stop it first, then it can be deleted");
}
