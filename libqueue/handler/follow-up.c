/* SPDX-License-Identifier: MIT */
/*
 * Follow-up jobs: packed here, kept as frames, and sent in front of the outcome only when
 * that is "finished". The script that settles the parent publishes them.
 */
#include "context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "enqueue-options.h"
#include "envelope.h"
#include "macro.h"

static void made_fini(struct lq_made_job *made)
{
	free(made->envelope);
}

static int add_child(struct lq_job *job, const struct lq_made_job *made,
		     const struct lq_enqueue_options *options)
{
	const struct wire_child child = {
		.queue = made->queue,
		.id = made->id,
		.delay_ms = options->delay_ms,
		.run_at_ms = options->run_at_ms,
		.front = options->front,
		.unique_key = options->unique_key,
		.unique_ttl_ms = MAX(options->unique_ttl_ms, 0), /* LQ_FOREVER: until it ends */
		.envelope = made->envelope,
		.envelope_size = made->envelope_size,
	};
	size_t before = buffer_size(&job->frames);

	int r = wire_put_child(&job->frames, &child);
	if (r < 0)
		return lq__job_failed(job, r, "out of memory");
	if (buffer_size(&job->frames) > LQ_CHILDREN_BYTES) {
		buffer_truncate(&job->frames, before);
		return lq__job_failed(job, -EMSGSIZE,
				      "the follow-up jobs of one job are at most %d bytes together",
				      LQ_CHILDREN_BYTES);
	}
	job->n_children++;
	return 0;
}

int lq_job_enqueue(struct lq_job *job, const char *handler, struct lq_value *args,
		   const struct lq_enqueue_options *options, char *ret_id)
{
	_cleanup_(made_fini) struct lq_made_job made = { .envelope = NULL };
	struct lq_enqueue_options own;

	if (job->n_children == LQ_CHILDREN_MAX) {
		lq_value_free(args);
		return lq__job_failed(job, -EMSGSIZE, "a job has at most %d follow-up jobs",
				      LQ_CHILDREN_MAX);
	}
	int r = lq__job_make(handler, args, options, job->wire.queue, clock_realtime_ms(), &made,
			     job->error, sizeof(job->error));
	if (ret_id)
		memmove(ret_id, made.id, strlen(made.id) + 1);
	if (r >= 0)
		r = lq__options_read(options, &own, job->error, sizeof(job->error));
	return r < 0 ? r : add_child(job, &made, &own);
}
