/* SPDX-License-Identifier: MIT */
/* Steering one job: cancel, requeue, stop, delete. */
#include "cleanup.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <libqueue/job.h>
#include <string.h>

#define AT_THE_END "0"
#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)

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

/* What differs between the four. */
struct steering {
	enum lq_script_id script;
	const char *name;
	const char *argument; /* after the id; NULL: none */
	const char *rule;     /* for who asks in a state that forbids it */
};

static int steer(struct lq_client *client, const char *queue, const char *id,
		 const struct steering *how)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = begin(client, queue, id);

	if (r >= 0)
		r = lq__script_call(client, how->script, queue, &message,
				    how->argument ? "ss" : "s", id, how->argument);
	return r < 0 ? r : read_outcome(client, message, how->name, queue, id, how->rule);
}

int lq_job_cancel(struct lq_client *client, const char *queue, const char *id)
{
	static const struct steering how = {
		LQ_SCRIPT_CANCEL,
		"cancel",
		TEXT_OF(LQ_DEFAULT_CANCELED_TTL_MS),
		"only what has not started can be canceled (a started job can be stopped)",
	};

	return steer(client, queue, id, &how);
}

int lq_job_requeue(struct lq_client *client, const char *queue, const char *id)
{
	static const struct steering how = {
		LQ_SCRIPT_REQUEUE,
		"requeue",
		AT_THE_END,
		"only what has ended can be put into the queue again",
	};

	return steer(client, queue, id, &how);
}

int lq_job_stop(struct lq_client *client, const char *queue, const char *id)
{
	static const struct steering how = {
		LQ_SCRIPT_STOP,
		"stop",
		NULL,
		"only a started job can be stopped (one that waits can be canceled)",
	};

	return steer(client, queue, id, &how);
}

int lq_job_delete(struct lq_client *client, const char *queue, const char *id)
{
	static const struct steering how = {
		LQ_SCRIPT_DELETE,
		"delete",
		NULL,
		"stop it first, then it can be deleted",
	};

	return steer(client, queue, id, &how);
}
