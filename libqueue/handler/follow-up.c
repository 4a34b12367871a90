/* SPDX-License-Identifier: MIT */
/*
 * Follow-up jobs: packed here, kept as frames, and sent in front of the outcome only when
 * that is "finished". The script that settles the parent publishes them at the end of the
 * waiting list, and knows neither delays nor uniqueness.
 */
#include "context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "envelope.h"

static void made_fini(struct lq_made_job *made)
{
	free(made->envelope);
}

static const char *unsupported_option(const struct lq_enqueue_options *options)
{
	if (!options)
		return NULL;
	if (options->delay_ms != 0)
		return "delay_ms";
	if (options->run_at_ms != 0)
		return "run_at_ms";
	if (options->unique_key)
		return "unique_key";
	return options->front ? "front" : NULL;
}

static int add_child(struct lq_job *job, const struct lq_made_job *made)
{
	const struct wire_child child = {
		.queue = made->queue,
		.id = made->id,
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

	if (job->n_children == LQ_CHILDREN_MAX) {
		lq_value_free(args);
		return lq__job_failed(job, -EMSGSIZE, "a job has at most %d follow-up jobs",
				      LQ_CHILDREN_MAX);
	}
	int r = lq__job_make(handler, args, options, job->wire.queue, clock_realtime_ms(), &made,
			     job->error, sizeof(job->error));
	if (ret_id)
		memmove(ret_id, made.id, strlen(made.id) + 1);
	if (r < 0)
		return r;

	const char *option = unsupported_option(options);
	if (option)
		return lq__job_failed(job, -ENOTSUP, "a follow-up job cannot have %s", option);
	return add_child(job, &made);
}
