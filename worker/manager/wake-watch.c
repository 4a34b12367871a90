/* SPDX-License-Identifier: MIT */
#include "wake-watch.h"

#include <errno.h>

#include "backoff.h"
#include "log.h"
#include "manager.h"
#include "worker-protocol.h"

#define BLOCK_MS 5000
/* A worker that is busy for less than this does not change over for it. */
#define BUSY_MS 10

static void on_pause_over(void *userdata)
{
	struct wake_watch *watch = userdata;

	watch->was_pausing = true;
}

void wake_watch_init(struct wake_watch *watch, struct manager *m)
{
	*watch = (struct wake_watch){ .m = m, .pause = LOOP_TIMER(on_pause_over, watch) };
}

static void on_error(struct wake_watch *watch, int error)
{
	if (error == -ECONNRESET)
		return;
	watch->retry_ms = backoff_next(watch->retry_ms, 1000, 30000);
	log_warning("cannot wait for work", LOG_TEXT("error", lq_result_text(error)),
		    LOG_NUMBER("again_in_ms", watch->retry_ms));
	loop_timer_in(&watch->m->loop, &watch->pause, watch->retry_ms);
}

static void on_woken(void *userdata, int error, const struct lq_wake_reply *reply)
{
	struct wake_watch *watch = userdata;
	struct manager *m = watch->m;

	watch->is_blocked = watch->is_nudged = watch->was_pausing = false;
	if (error < 0) {
		on_error(watch, error);
		return;
	}
	watch->retry_ms = 0;
	if (reply->kind == LQ_WAKE_MESSAGE) {
		remote_obey(m, reply->queue, reply->message);
		return;
	}
	/* The token taken belongs to whoever can use it: an exchange puts it back if that is not
	 * us. After a wait in vain: a look of last resort, should a token have been lost. */
	claimer_hint(m);
	if (reply->kind == LQ_WAKE_WORK)
		claimer_owe(m);
}

static void block(struct wake_watch *watch, bool with_work)
{
	struct manager *m = watch->m;
	int r = lq_wake_send(m->blocking.conn, m->worker, m->options->queues, m->options->n_queues,
			     with_work, BLOCK_MS, on_woken, watch);

	if (r < 0) {
		on_error(watch, r);
		return;
	}
	loop_timer_stop(&m->loop, &watch->pause);
	watch->is_blocked = true;
	watch->with_work = with_work;
	redis_side_flush(&m->blocking);
}

static void nudge(struct wake_watch *watch)
{
	struct manager *m = watch->m;

	if (!redis_side_is_ready(&m->commands))
		return;
	watch->is_nudged =
		lq_wake_nudge_send(m->commands.conn, m->worker, m->options->queues[0]) >= 0;
	redis_side_flush(&m->commands);
}

void wake_watch_run(struct wake_watch *watch)
{
	struct manager *m = watch->m;
	bool is_idle = claimer_want(m) > 0 && !m->claimer.may_have_work;

	if (!manager_is_started(m) || !redis_side_is_ready(&m->blocking))
		return;
	if (watch->is_blocked) {
		if (is_idle && !watch->with_work && !watch->is_nudged)
			nudge(watch);
		return;
	}
	if (watch->retry_ms > 0 && watch->pause.is_set)
		return;
	if (is_idle || watch->was_pausing)
		block(watch, is_idle);
	else if (!watch->pause.is_set)
		loop_timer_in(&m->loop, &watch->pause, BUSY_MS);
}
