/* SPDX-License-Identifier: MIT */
#include "exchange-fill.h"

#include <errno.h>

#include "job.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "worker-protocol.h"

#define ENTRY_OVERHEAD 1024 /* bytes of one settle beside its record */

static int add_children(struct lq_exchange *x, const struct job *job)
{
	for (size_t i = 0; i < job->n_children; i++) {
		struct lq_child child = job->children[i].child;

		child.settle = lq_exchange_n_settles(x) - 1;
		int r = lq_exchange_add_child(x, &child);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_settle(struct lq_exchange *x, const struct job *job)
{
	struct lq_settle settle = {
		.queue = job->key.queue,
		.kind = job->settling.kind,
		.id = job->id,
		.token = job->key.token,
		.mode = job->settling.mode,
		.ms = job->settling.ms,
		.bytes = job->settling.bytes,
		.size = job->settling.size,
		.unique_key = job->claimed.unique_key,
	};
	int r = lq_exchange_add_settle(x, &settle);

	return r < 0 ? r : add_children(x, job);
}

/* Whatever a job needs goes into one call; it need not be this one. */
static bool has_room(const struct lq_exchange *x, const struct job *job)
{
	size_t size = job->settling.size + job_children_size(job) + ENTRY_OVERHEAD;

	return lq_exchange_n_settles(x) == 0 ||
	       (lq_exchange_size(x) + size <= LQ_BATCH_BYTES &&
		lq_exchange_n_children(x) + job->n_children <= LQ_EXCHANGE_CHILDREN_MAX);
}

/* It would be in the way of all others for ever. Redis says that it is ours, and hands it out
 * again. */
static void give_up(struct manager *m, struct job *job, int error)
{
	log_error("the outcome of a job fits into no exchange; the job will run again",
		  LOG_TEXT("id", job->id), LOG_TEXT("outcome", verdict_word(job->settling.kind)),
		  LOG_TEXT("error", lq_result_text(error)));
	jobs_drop(&m->jobs, job);
}

static int add_settles(struct manager *m, struct lq_exchange *x)
{
	size_t max = m->claimer.one_by_one ? 1 : LQ_EXCHANGE_MAX;
	struct job *job;

	while ((job = TAILQ_FIRST(&m->jobs.ended)) && lq_exchange_n_settles(x) < max) {
		if (!has_room(x, job))
			break;
		int r = add_settle(x, job);
		if (r == -EINVAL || r == -EMSGSIZE)
			give_up(m, job, r);
		if (r < 0)
			return r;
		jobs_fly(&m->jobs, job);
	}
	return 0;
}

int exchange_fill(struct manager *m, struct lq_exchange *x, size_t want)
{
	for (size_t i = 0; i < m->options->n_queues; i++) {
		int r = lq_exchange_add_queue(x, m->options->queues[i], m->claimer.tokens[i]);
		if (r < 0)
			return r;
	}
	int r = add_settles(m, x);
	if (r < 0)
		return r;
	m->claimer.wanted =
		m->claimer.one_by_one ? 0 : MIN(want, LQ_EXCHANGE_MAX - lq_exchange_n_settles(x));
	lq_exchange_set_want(x, m->claimer.wanted);
	return 0;
}
