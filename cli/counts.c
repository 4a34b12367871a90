/* SPDX-License-Identifier: MIT */
/* How many jobs of a queue are in a state. */
#include "counts.h"

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
