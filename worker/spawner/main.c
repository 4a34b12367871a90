/* SPDX-License-Identifier: MIT */
/* lq-spawner: started by lq-worker, for its modules. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "control.h"
#include "parse.h"
#include "spawner.h"

#define EXIT_USAGE 2

static const char usage[] = "usage: lq-spawner --fd N [--jobs-per-runner N] -m FILE.so ...\n"
			    "It is started by lq-worker: run that instead.\n";

static int refuse(const char *what, const char *value)
{
	(void)fprintf(stderr, "lq-spawner: %s %s\n%s", what, value, usage);
	return EXIT_USAGE;
}

/* modules has room for all of argv. 0, or an exit code. */
static int parse(int argc, char **argv, const char **modules, struct spawner_options *ret)
{
	static const struct option known[] = {
		{ "fd", required_argument, NULL, 'f' },
		{ "jobs-per-runner", required_argument, NULL, 'j' },
		{ "module", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t fd = -1, jobs = 1;

	for (int c; (c = getopt_long(argc, argv, "m:", known, NULL)) != -1;) {
		if (c == 'f' && parse_int64(optarg, STDERR_FILENO + 1, INT_MAX, &fd) < 0)
			return refuse("--fd: not a descriptor:", optarg);
		if (c == 'j' && parse_int64(optarg, 0, INT_MAX, &jobs) < 0)
			return refuse("--jobs-per-runner: not a number:", optarg);
		if (c == 'm')
			modules[ret->n_modules++] = optarg;
		if (c == '?')
			return refuse("", "");
	}
	if (optind < argc)
		return refuse("not an option:", argv[optind]);
	if (fd < 0 || control_check((int)fd) < 0)
		return refuse("--fd is not the socket of a lq-worker", "");
	ret->control_fd = (int)fd;
	ret->jobs_per_runner = (unsigned int)jobs;
	return 0;
}

int main(int argc, char **argv)
{
	struct spawner_options options = { .control_fd = -1 };
	const char **modules = (const char **)calloc((size_t)argc + 1, sizeof(*modules));

	if (!modules)
		return EXIT_FAILURE;
	options.modules = modules;
	int status = parse(argc, argv, modules, &options);
	if (status == 0)
		status = spawner_run(&options);
	free((void *)modules);
	return status;
}
