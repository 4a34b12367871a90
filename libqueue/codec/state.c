/* SPDX-License-Identifier: MIT */
/* The names of a job's states. */
#include <libqueue/job.h>

#include <errno.h>
#include <string.h>

static const char *const names[] = {
	[LQ_JOB_DEFERRED] = "deferred", [LQ_JOB_SCHEDULED] = "scheduled",
	[LQ_JOB_QUEUED] = "queued",     [LQ_JOB_STARTED] = "started",
	[LQ_JOB_FINISHED] = "finished", [LQ_JOB_FAILED] = "failed",
	[LQ_JOB_CANCELED] = "canceled", [LQ_JOB_STOPPED] = "stopped",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == LQ_N_JOB_STATES, "a state has no name");

const char *lq_job_state_name(enum lq_job_state state)
{
	/* Through unsigned: the caller may hand over any int. */
	return (unsigned int)state < LQ_N_JOB_STATES ? names[state] : "unknown";
}

int lq_job_state_parse(const char *name, enum lq_job_state *ret_state)
{
	for (unsigned int i = 0; name && i < LQ_N_JOB_STATES; i++) {
		if (strcmp(name, names[i]) == 0) {
			*ret_state = (enum lq_job_state)i;
			return 0;
		}
	}
	return -EINVAL;
}
