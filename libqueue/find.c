/* SPDX-License-Identifier: MIT */
/* lq_job_find(): the record, and what the structures add to it. */
#include "args.h"
#include "cleanup.h"
#include "client-internal.h"
#include "clock.h"
#include "info.h"
#include "keys.h"
#include "macro.h"
#include "record-format.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <string.h>

enum { STATE, RECORD, WORKER, TOKEN, DUE, TTL, N_PARTS };

/* A number in text, "" where it does not apply. */
static int read_number(const struct reply *message, uint64_t *ret)
{
	if (message->type == REPLY_STRING && message->size == 0) {
		*ret = 0;
		return 0;
	}
	return lq__reply_want_uint(message, ret);
}

static int read_place(const struct reply *message, struct lq_job_info *info)
{
	uint64_t token, due;
	const char *worker;
	size_t size;

	if (lq__reply_want_str(message->elements[WORKER], &worker, &size) < 0 ||
	    read_number(message->elements[TOKEN], &token) < 0 ||
	    read_number(message->elements[DUE], &due) < 0)
		return -EPROTO;
	if (info->state == LQ_JOB_SCHEDULED)
		info->due_at_ms = (int64_t)due;
	if (info->state != LQ_JOB_STARTED)
		return 0;
	info->claim = token;
	info->started_at_ms = (int64_t)(token / LQ_TOKEN_PER_MS);
	free(info->worker);
	info->worker = lq__worker_display_name(worker);
	return info->worker ? 0 : -ENOMEM;
}

/* The script tells how long the record lives on; as a time, by this machine's clock. */
static int read_expiry(const struct reply *message, struct lq_job_info *info)
{
	int64_t ttl_ms = -1;

	if (message->type == REPLY_STRING && !strcmp(message->str, "-1"))
		return 0;
	if (message->type == REPLY_STRING) {
		uint64_t number;

		if (lq__reply_want_uint(message, &number) < 0)
			return -EPROTO;
		ttl_ms = (int64_t)number;
	} else if (lq__reply_want_int(message, &ttl_ms) < 0) {
		return -EPROTO;
	}
	if (ttl_ms >= 0)
		info->expires_at_ms = clock_realtime_ms() + MIN(ttl_ms, LQ_TIME_MAX_MS);
	return 0;
}

static int read_reply(struct lq_client *client, const struct reply *message, const char *queue,
		      const char *id, struct lq_job_info **ret)
{
	_cleanup_(lq__cleanup_info) struct lq_job_info *info = NULL;
	const char *state, *record;
	size_t state_size, record_size;
	enum lq_job_state parsed;

	if (lq__reply_want_array(message, N_PARTS, N_PARTS) < 0 ||
	    lq__reply_want_str(message->elements[STATE], &state, &state_size) < 0 ||
	    lq__reply_want_str(message->elements[RECORD], &record, &record_size) < 0 ||
	    lq_job_state_parse(state, &parsed) < 0)
		return lq__fail_reply(client, "find");

	int r = lq__info_read(client, queue, id, record, record_size, &info);

	if (r < 0)
		return r;
	info->state = parsed;
	r = read_place(message, info);
	if (r >= 0)
		r = read_expiry(message->elements[TTL], info);
	if (r == -EPROTO)
		return lq__fail_reply(client, "find");
	if (r < 0)
		return lq__client_fail(client, r, "no memory for job '%s'", id);
	*ret = TAKE(info);
	return 0;
}

int lq_job_find(struct lq_client *client, const char *queue, const char *id,
		struct lq_job_info **ret_info)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = lq__client_check(client);

	if (r >= 0)
		r = lq__validate_job(client, queue, id);
	if (r < 0)
		return r;
	if (!ret_info)
		return lq__client_fail(client, -EINVAL, "ret_info is missing (NULL)");
	r = lq__client_begin(client, 0);
	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_FIND, queue, &message, "s", id);
	if (r < 0)
		return r;
	if (message->type == REPLY_ARRAY && message->size == 0)
		return lq__fail_not_found(client, queue, id);
	return read_reply(client, message, queue, id, ret_info);
}
