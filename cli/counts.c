/* SPDX-License-Identifier: MIT */
/* How many jobs of a queue: those in a state, those that a command has steered. */
#include "counts.h"

#include <inttypes.h>

int64_t counts_of_state(const struct lq_queue_counts *counts, enum lq_job_state state)
{
	switch (state) {
	case LQ_JOB_DEFERRED:
		return counts->deferred;
	case LQ_JOB_SCHEDULED:
		return counts->scheduled;
	case LQ_JOB_QUEUED:
		return counts->queued;
	case LQ_JOB_STARTED:
		return counts->started;
	case LQ_JOB_FINISHED:
		return counts->finished;
	case LQ_JOB_FAILED:
		return counts->failed;
	case LQ_JOB_CANCELED:
		return counts->canceled;
	case LQ_JOB_STOPPED:
		return counts->stopped;
	case LQ_N_JOB_STATES:
		break;
	}
	return 0;
}

int counts_print(const struct context *c, const char *queue, int64_t n, int r)
{
	if (r < 0 && n == 0)
		return context_fail_call(c, r, queue);
	if (output_mode() == OUTPUT_JSON)
		output_json(json_pack("{s:s,s:I}", "queue", queue, "count", (json_int_t)n));
	else
		output_line("%" PRId64, n);
	return r < 0 ? context_fail_call(c, r, queue) : LQ_EXIT_DONE;
}
