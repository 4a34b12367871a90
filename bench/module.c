/* SPDX-License-Identifier: MIT */
/* The handlers that are measured with: one that does nothing, one that tells when it was started.
 */
#include <libqueue/handler.h>
#include <time.h>

static int noop(struct lq_job *job)
{
	(void)job;
	return 0;
}

static int stamp(struct lq_job *job)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return lq_job_return(job, "I", (int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
}

LQ_HANDLERS({ "noop", noop }, { "stamp", stamp })
