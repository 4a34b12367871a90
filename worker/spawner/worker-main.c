/* SPDX-License-Identifier: MIT */
/*
 * A worker of one's own. The program is entered twice: by its user, when it becomes
 * lq-worker in this very process, and by that, when it becomes the spawner.
 */
#include <libqueue/worker.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "control.h"
#include "parse.h"
#include "spawner.h"
#include "table.h"

#define WORKER "lq-worker"

/* The variable alone proves nothing: it may come from a user's environment. */
static bool is_second_entry(struct spawner_options *ret)
{
	const char *fd_text = getenv(WIRE_ENV_FD), *jobs_text = getenv(WIRE_ENV_JOBS);
	int64_t fd = -1, jobs = 1;

	bool is_second = fd_text && parse_int64(fd_text, STDERR_FILENO + 1, INT_MAX, &fd) == 0 &&
			 control_check((int)fd) == 0;
	if (is_second) {
		if (jobs_text)
			(void)parse_int64(jobs_text, 0, INT_MAX, &jobs);
		ret->control_fd = (int)fd;
		ret->jobs_per_runner = (unsigned int)jobs;
	}
	(void)unsetenv(WIRE_ENV_FD);
	(void)unsetenv(WIRE_ENV_JOBS);
	return is_second;
}

/* Told here, by the program itself, before anything is started. */
static int check_table(const struct lq_handler_table *handlers)
{
	struct lq__handlers all = { .n = 0 };
	char words[512] = "out of memory";

	int r = lq__handlers_add(&all, handlers, words, sizeof(words));
	lq__handlers_fini(&all);
	if (r < 0)
		(void)fprintf(stderr, "%s: %s\n", program_invocation_name, words);
	return r;
}

static char *spawner_option(void)
{
	char self[PATH_MAX], *option = NULL;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));

	if (n < 0 || n == (ssize_t)sizeof(self))
		return NULL;
	return asprintf(&option, "--spawner=%.*s", (int)n, self) < 0 ? NULL : option;
}

static int become_worker(int argc, char **argv)
{
	_cleanup_(cleanup_free) char *option = spawner_option();
	_cleanup_(cleanup_free) char **args =
		(char **)calloc((size_t)(argc > 0 ? argc : 1) + 2, sizeof(*args));
	char name[] = WORKER;
	int n = 0;

	if (!option || !args) {
		(void)fprintf(stderr, "%s: its own path cannot be read in /proc/self/exe\n",
			      program_invocation_name);
		return SPAWNER_EXIT_BAD_MODULE;
	}
	args[n++] = name;
	args[n++] = option;
	for (int i = 1; i < argc; i++)
		args[n++] = argv[i];
	(void)execvp(WORKER, args);
	(void)execv(LQ_BINDIR "/" WORKER, args);
	(void)fprintf(stderr,
		      "%s: " WORKER " cannot be started from PATH nor from " LQ_BINDIR
		      ": %s; install it or set PATH\n",
		      program_invocation_name, strerror(errno));
	return SPAWNER_EXIT_BAD_MODULE;
}

int lq_worker_main(int argc, char **argv, const struct lq_handler_table *handlers)
{
	struct spawner_options options = { .linked = handlers };

	if (is_second_entry(&options))
		return spawner_run(&options);
	if (check_table(handlers) < 0)
		return SPAWNER_EXIT_BAD_MODULE;
	return become_worker(argc, argv);
}
