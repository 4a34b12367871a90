/* SPDX-License-Identifier: MIT */
/* Register, block, and again. A wait outlives the connection: what a call of it fails with is told
 * only when its time is over, or when another try would not help. */
#include "waiting.h"

#include "args.h"
#include "cleanup.h"
#include "clock.h"
#include "info.h"
#include "keys.h"
#include "macro.h"
#include "script-call.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_MS 20000 /* at most; what is registered lives 60 s */
#define GRACE_MS 1000  /* for the answer of a call that ends with the wait */
#define RETRY_MS 50    /* before the first try after a broken connection, doubling */
#define RETRY_MAX_MS 1000

void lq__waiting_init(struct lq__waiting *w, struct lq_client *client, const char *queue,
		      const char *id, int64_t timeout_ms)
{
	*w = (struct lq__waiting){
		.client = client, .queue = queue, .id = id, .timeout_ms = timeout_ms
	};
	lq__uuid_make(w->nonce);
	lq__waiting_restart(w);
}

void lq__waiting_restart(struct lq__waiting *w)
{
	/* A limit beyond what a clock can bear is none. */
	bool is_limited = w->timeout_ms >= 0 && w->timeout_ms <= LQ_DURATION_MAX_MS;

	w->end_ms = is_limited ? clock_monotonic_ms() + w->timeout_ms : -1;
}

static int64_t left_ms(const struct lq__waiting *w)
{
	return w->end_ms < 0 ? INT64_MAX : MAX(w->end_ms - clock_monotonic_ms(), 0);
}

/* A look without waiting has the call limit, as any other call. */
static int64_t last_moment_ms(const struct lq__waiting *w)
{
	return w->timeout_ms == 0 || w->end_ms < 0 ? -1 : w->end_ms + GRACE_MS;
}

static int read_record(const struct lq__waiting *w, const struct reply *message,
		       struct lq_job_info **ret)
{
	const char *record;
	size_t size;

	if (lq__reply_want_str(message, &record, &size) < 0)
		return lq__fail_reply(w->client, "wait");
	if (size == 0) /* deleted */
		return lq__fail_not_found(w->client, w->queue, w->id);
	return lq__info_read(w->client, w->queue, w->id, record, size, ret);
}

static int ask(struct lq__waiting *w, struct lq_job_info **ret)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = lq__client_begin_until(w->client, 0, last_moment_ms(w));

	if (r >= 0)
		r = lq__script_call(w->client, LQ_SCRIPT_WAIT, w->queue, &message, "sss", w->id,
				    w->nonce, "0");
	if (r < 0)
		return r;
	if (message->type == REPLY_INTEGER && message->integer == 0)
		return lq__fail_not_found(w->client, w->queue, w->id);
	if (message->type == REPLY_STRING && message->size == 4 && !strcmp(message->str, "wait"))
		return LQ_TIMEOUT;
	return read_record(w, message, ret);
}

/* block_ms is above 0, which would block the server's side for ever. */
static int block(struct lq__waiting *w, int64_t block_ms, struct lq_job_info **ret)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE], seconds[32];
	int r = lq__client_begin_until(w->client, block_ms, last_moment_ms(w));

	if (r < 0)
		return r;
	(void)snprintf(seconds, sizeof(seconds), "%" PRId64 ".%03d", block_ms / 1000,
		       (int)(block_ms % 1000));
	lq__args_add_str(&args, "BLPOP");
	lq__args_add_str(&args, lq__key_done(key, lq__conn_prefix(lq__client_conn(w->client)),
					     w->queue, w->nonce));
	lq__args_add_str(&args, seconds);
	if (args.error)
		return lq__client_fail(w->client, args.error, "no memory for a call");
	r = lq__client_command(w->client, args.items, args.n, &message);
	if (r < 0)
		return r;
	if (message->type == REPLY_NIL)
		return LQ_TIMEOUT;
	if (lq__reply_want_array(message, 2, 2) < 0)
		return lq__fail_reply(w->client, "BLPOP");
	return read_record(w, message->elements[1], ret);
}

static int step(struct lq__waiting *w, struct lq_job_info **ret)
{
	int r = w->is_registered ? LQ_TIMEOUT : ask(w, ret);

	int64_t block_ms = MIN(left_ms(w), BLOCK_MS);

	w->is_registered = false;
	return r == LQ_TIMEOUT && block_ms > 0 ? block(w, block_ms, ret) : r;
}

/* Signals of the guest's do not shorten it. */
static void pause_for(int64_t ms)
{
	int64_t end_ms = clock_monotonic_ms() + ms, left;

	while ((left = end_ms - clock_monotonic_ms()) > 0)
		(void)poll(NULL, 0, (int)left);
}

static bool may_pass(int error)
{
	return error == -ECONNRESET || error == -ECONNREFUSED || error == -ETIMEDOUT ||
	       error == -EBUSY;
}

int lq__waiting_run(struct lq__waiting *w, struct lq_job_info **ret_info)
{
	int64_t retry_ms = RETRY_MS;

	for (;;) {
		int r = step(w, ret_info);

		if (r == LQ_TIMEOUT) {
			if (left_ms(w) == 0)
				return lq__client_fail(w->client, LQ_TIMEOUT,
						       "job '%s' of queue '%s' has not ended yet",
						       w->id, w->queue);
			retry_ms = RETRY_MS;
			continue;
		}
		if (!may_pass(r) || left_ms(w) == 0)
			return r;
		pause_for(MIN(retry_ms, left_ms(w)));
		retry_ms = MIN(retry_ms * 2, RETRY_MAX_MS);
	}
}
