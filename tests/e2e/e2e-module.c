/* SPDX-License-Identifier: MIT */
/*
 * Handlers for the end-to-end tests. `nap` writes a line into the file that LQ_E2E_RUNS names when
 * it starts and when it ends, each by one write, so that every run of a job and its process are
 * known.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libqueue/handler.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int runs = -1;

static int open_runs(void)
{
	const char *path = getenv("LQ_E2E_RUNS");

	if (!path)
		return 0;
	runs = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return runs < 0 ? -errno : 0;
}

static int note(const struct lq_job *job, const char *what)
{
	char line[LQ_ID_MAX + 64];
	int n = snprintf(line, sizeof(line), "%s %s %" PRIu64 " %d\n", what, lq_job_id(job),
			 lq_job_claim(job), (int)getpid());

	return write(runs, line, (size_t)n) == n ? 0 : -EIO;
}

static int noop(struct lq_job *job)
{
	(void)job;
	return 0;
}

static int nap(struct lq_job *job)
{
	int ms;

	if (lq_job_unpack(job, "{s:i}", "ms", &ms) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	int r = note(job, "start");
	while (r == 0 && nanosleep(&left, &left) < 0)
		;
	if (r == 0)
		r = note(job, "end");
	return r < 0 ? r : lq_job_return(job, "{s:i}", "ms", ms);
}

LQ_MODULE_HOOKS(.runner_init = open_runs)
LQ_HANDLERS({ "noop", noop }, { "nap", nap })
