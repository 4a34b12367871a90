/* SPDX-License-Identifier: MIT */
/* Pausing and resuming a queue. */
#include "cleanup.h"
#include "register.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <inttypes.h>
#include <libqueue/inspect.h>

static int read_done(struct lq_client *client, const struct reply *message, const char *script)
{
	int64_t code;

	if (lq__reply_want_int(message, &code) < 0 || code != 1)
		return lq__fail_reply(client, script);
	return 0;
}

/* A queue may be paused before its first job: it is then to be seen, too. */
int lq_queue_pause(struct lq_client *client, const char *queue, int64_t for_ms)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = lq__client_check(client);

	if (r >= 0)
		r = lq__validate_queue(client, queue);
	if (r < 0)
		return r;
	if (for_ms < LQ_FOREVER || for_ms > LQ_DURATION_MAX_MS)
		return lq__client_fail(client, -EINVAL,
				       "cannot pause for %" PRId64 " ms: give a time above 0 and "
				       "up to 100 years, or 0 for until resumed",
				       for_ms);
	r = lq__client_begin(client, 0);
	if (r < 0)
		return r;
	r = lq__register_queue(client, queue);
	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_PAUSE, queue, &message, "i",
				    for_ms == LQ_FOREVER ? (int64_t)0 : for_ms);
	if (r >= 0)
		return read_done(client, message, "pause");

	/* The registration may be on its way still. */
	(void)lq__client_finish(client);
	return lq__client_fail(client, r, "no memory to pause queue '%s'", queue);
}

int lq_queue_resume(struct lq_client *client, const char *queue)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = lq__client_check(client);

	if (r >= 0)
		r = lq__validate_queue(client, queue);
	if (r >= 0)
		r = lq__client_begin(client, 0);
	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_RESUME, queue, &message, "");
	return r < 0 ? r : read_done(client, message, "resume");
}
