/* SPDX-License-Identifier: MIT */
#include "reaper.h"

#include <errno.h>

#include "backoff.h"
#include "clock.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "worker-protocol.h"

#define PERIOD_MIN_MS 1000 /* due jobs wake us as well, and may do so often */
#define JITTER_MS 200      /* all workers learn of a lease's end at the same time */

static void reap(struct reaper *reaper);

static void on_timer(void *userdata)
{
	struct reaper *reaper = userdata;

	reaper->queue = 0;
	reaper->last_ms = clock_monotonic_ms();
	reap(reaper);
}

void reaper_init(struct reaper *reaper, struct manager *m)
{
	*reaper = (struct reaper){
		.m = m,
		.timer = LOOP_TIMER(on_timer, reaper),
		.last_ms = clock_monotonic_ms() - PERIOD_MIN_MS,
	};
}

void reaper_start(struct reaper *reaper)
{
	int64_t earliest = reaper->last_ms + PERIOD_MIN_MS;
	int64_t soon = clock_monotonic_ms() + backoff_random() % JITTER_MS;

	if (!reaper->is_running && !reaper->timer.is_set)
		loop_timer_set(&reaper->m->loop, &reaper->timer, MAX(earliest, soon));
}

static void on_reaped(void *userdata, int error, const struct lq_reap_reply *reply)
{
	struct reaper *reaper = userdata;
	struct manager *m = reaper->m;

	reaper->is_running = false;
	if (error < 0) {
		if (error != -ECONNRESET)
			log_warning("cannot bring back jobs of lost workers",
				    LOG_TEXT("queue", m->options->queues[reaper->queue]),
				    LOG_TEXT("error", lq_result_text(error)));
		return; /* The next exchange says again that a lease has ended. */
	}
	if (reply->n_returned + reply->n_ended > 0) {
		log_warning("brought back jobs of a lost worker",
			    LOG_TEXT("queue", m->options->queues[reaper->queue]),
			    LOG_NUMBER("returned", reply->n_returned),
			    LOG_NUMBER("ended", reply->n_ended));
		claimer_hint(m);
	}
	if (!reply->more)
		reaper->queue++;
	reap(reaper);
}

static void reap(struct reaper *reaper)
{
	struct manager *m = reaper->m;

	if (reaper->queue >= m->options->n_queues || !redis_side_is_ready(&m->commands))
		return;
	reaper->is_running =
		lq_reap_send(m->commands.conn, m->options->queues[reaper->queue], LQ_LOSSES_MAX,
			     LQ_DEFAULT_FAILURE_TTL_MS, on_reaped, reaper) >= 0;
	redis_side_flush(&m->commands);
}
