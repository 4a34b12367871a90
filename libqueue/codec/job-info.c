/* SPDX-License-Identifier: MIT */
/* Beginning and end of what is told of a job. */
#include <libqueue/job.h>

#include <stdlib.h>

#include "attempt.h"
#include "failure.h"
#include "record.h"

struct lq_job_info *lq__job_info_new(void)
{
	struct lq_job_info *info = malloc(sizeof(*info));

	if (info)
		*info = (struct lq_job_info){
			.state = LQ_JOB_QUEUED,
			.created_at_ms = -1,
			.enqueued_at_ms = -1,
			.due_at_ms = -1,
			.started_at_ms = -1,
			.ended_at_ms = -1,
			.expires_at_ms = -1,
		};
	return info;
}

void lq_job_info_free(struct lq_job_info *info)
{
	if (!info)
		return;
	for (size_t i = 0; i < info->n_attempts; i++)
		lq__attempt_fini(&info->attempts[i]);
	free(info->attempts);
	lq__failure_free(info->failure);
	lq_value_free(info->args);
	lq_value_free(info->result);
	free(info->queue);
	free(info->id);
	free(info->handler);
	free(info->description);
	free(info->worker);
	free(info);
}
