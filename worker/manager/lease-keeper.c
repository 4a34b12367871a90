/* SPDX-License-Identifier: MIT */
#include "lease-keeper.h"

#include <errno.h>

#include "job.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "worker-protocol.h"

static void on_renewal(void *userdata)
{
	struct lease_keeper *keeper = userdata;

	if (jobs_count(&keeper->m->jobs) > 0)
		claimer_owe(keeper->m);
	loop_timer_in(&keeper->m->loop, &keeper->renewal, keeper->m->options->lease_ms / 3);
}

void lease_keeper_start(struct lease_keeper *keeper, struct manager *m)
{
	*keeper = (struct lease_keeper){ .m = m, .renewal = LOOP_TIMER(on_renewal, keeper) };
	loop_timer_in(&m->loop, &keeper->renewal, m->options->lease_ms / 3);
}

static bool is_held(const struct lq_held *held, size_t n, uint64_t token)
{
	for (size_t i = 0; i < n; i++) {
		if (held[i].token == token)
			return true;
	}
	return false;
}

/* Somebody else has it by now: it must not run on here, and what it says counts for nothing. */
static void lose(struct manager *m, struct job *job)
{
	log_warning("the lease of a job was lost; it is ended here", LOG_TEXT("id", job->id),
		    LOG_TEXT("handler", job->claimed.handler ? job->claimed.handler : ""));
	if (job->runner)
		pool_disown(&m->pool, job->runner);
	jobs_drop(&m->jobs, job);
}

static void lose_what_is_not_held(struct manager *m, size_t queue, const struct lq_held *held,
				  size_t n)
{
	struct job *job, *next;

	HASH_ITER (hh, m->jobs.table, job, next) {
		if (job->key.queue == queue && !is_held(held, n, job->key.token))
			lose(m, job);
	}
}

/* Held without our knowing: to be handed out to us again. */
static void reclaim_what_is_not_known(struct manager *m, size_t queue, const struct lq_held *held,
				      size_t n)
{
	uint64_t lowest = UINT64_MAX;
	size_t n_above = 0;

	for (size_t i = 0; i < n; i++) {
		if (!jobs_find(&m->jobs, queue, held[i].token))
			lowest = MIN(lowest, held[i].token);
	}
	for (size_t i = 0; i < n; i++)
		n_above += held[i].token >= lowest;
	if (n_above > 0)
		claimer_redeliver(m, queue, lowest, n_above);
}

static void on_held(void *userdata, int error, const struct lq_held *held, size_t n)
{
	struct lease_keeper *keeper = userdata;
	struct manager *m = keeper->m;

	m->claimer.is_paused = false;
	if (error < 0) {
		if (error != -ECONNRESET)
			log_warning("cannot see which jobs Redis thinks are ours",
				    LOG_TEXT("error", lq_result_text(error)));
		return; /* The next exchange says again that the counts differ. */
	}
	lose_what_is_not_held(m, keeper->queue, held, n);
	reclaim_what_is_not_known(m, keeper->queue, held, n);
}

/* No exchange goes out before the answer, so that the two lists are of the same moment. */
void lease_keeper_compare(struct manager *m, const struct lq_exchange_reply *reply)
{
	struct lease_keeper *keeper = &m->lease_keeper;

	for (size_t i = 0; i < reply->n_queues && !m->claimer.is_paused; i++) {
		if (reply->n_held[i] == m->jobs.n_of_queue[i])
			continue;
		log_debug("counts of held jobs differ", LOG_TEXT("queue", m->options->queues[i]),
			  LOG_NUMBER("redis", reply->n_held[i]),
			  LOG_NUMBER("here", m->jobs.n_of_queue[i]));
		keeper->queue = i;
		m->claimer.is_paused = lq_held_send(m->commands.conn, m->options->queues[i],
						    m->worker, on_held, keeper) >= 0;
	}
}
