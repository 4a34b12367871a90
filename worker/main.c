/* SPDX-License-Identifier: MIT */
/* lq-worker: the command line, then the manager. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <libqueue/version.h>

#include "log.h"
#include "manager.h"
#include "options.h"

enum { EXIT_USAGE = 2 };

/* What the first line of help and version say is read by people, on stdout. */
static int tell(const char *text)
{
	return fputs(text, stdout) < 0 || fflush(stdout) != 0;
}

/* A number that is free here would be the next socket's, and log lines would go to Redis. */
static int open_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR); /* NOLINT(android-cloexec-open): they are for all */
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return -errno;
	(void)close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options options;

	if (open_standard_fds() < 0)
		return EXIT_FAILURE;
	int r = options_parse(&options, argc, argv, error);
	/* Nobody but root may read this process's memory, its environment and its descriptors. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (r == OPTIONS_HELP) {
		r = tell(options_help);
	} else if (r == OPTIONS_VERSION) {
		r = tell("lq-worker " LQ_VERSION "\n");
	} else if (r < 0) {
		(void)fprintf(stderr, "lq-worker: %s\n", r == -EINVAL ? error : strerror(-r));
		r = EXIT_USAGE;
	} else {
		log_setup(STDERR_FILENO, options.log_format, options.log_level);
		r = manager_run(&options);
	}
	options_fini(&options);
	return r;
}
