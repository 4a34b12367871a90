/* SPDX-License-Identifier: MIT */
#include "remote.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "job.h"
#include "log.h"
#include "manager.h"
#include "settler.h"

static void stop_job(struct manager *m, size_t queue, const char *id, uint64_t token)
{
	struct job *job = jobs_find(&m->jobs, queue, token);

	if (!job || strcmp(job->id, id) != 0 || job->state == JOB_ENDED) {
		log_info("a job that is to be stopped does not run here", LOG_TEXT("id", id));
		return;
	}
	log_info("a job is to be stopped", LOG_TEXT("id", id));
	if (job->state == JOB_WAITING)
		settler_stopped(m, job);
	else
		pool_end(&m->pool, job->runner, CAUSE_STOP, m->options->grace_ms);
}

void remote_obey(struct manager *m, size_t queue, const char *message)
{
	char id[LQ_ID_SIZE];
	uint64_t token;
	int n = -1;

	_Static_assert(LQ_ID_MAX == 128, "the format below says so");
	if (strcmp(message, "nop") == 0)
		return;
	if (strcmp(message, "warm") == 0)
		shutdown_warm(m, "a message");
	else if (strcmp(message, "cold") == 0)
		shutdown_cold(m, "a message");
	else if (sscanf(message, "stop %128s %" SCNu64 "%n", id, &token, &n) == 2 && n > 0 &&
		 message[n] == '\0')
		stop_job(m, queue, id, token);
	else
		log_warning("a message that this worker does not know is ignored",
			    LOG_TEXT("message", message));
}
