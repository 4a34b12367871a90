/* SPDX-License-Identifier: MIT */
/*
 * lq-worker's command line. The URL is copied and wiped where it stood, in argv and in
 * the environment: what is secret is to be read in one place only, this process's memory.
 */
#pragma once

#include <libqueue/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log.h"

#define OPTIONS_QUEUES_MAX 64 /* queues that one exchange may serve */
#define OPTIONS_RUNNERS_MAX 10000
#define OPTIONS_ERROR_SIZE 512

struct worker_options {
	char *url;            /* owned */
	const char **queues;  /* array owned, texts in argv */
	const char **modules; /* likewise */
	size_t n_queues, n_modules;
	const char *spawner; /* a program with its own table; NULL: lq-spawner */
	const char *alive_file;
	char name[LQ_WORKER_NAME_MAX + 1];
	int runners, spares;
	int jobs_per_runner; /* 0: never recycled */
	int64_t max_jobs;    /* 0: no limit */
	int64_t max_idle_ms; /* -1: no limit */
	int64_t lease_ms, grace_ms, shutdown_ms;
	int64_t no_handler_after_ms; /* LQ_FOREVER: goes round for ever */
	bool burst;
	enum log_format log_format;
	enum log_level log_level;
};

enum options_outcome { OPTIONS_RUN = 0, OPTIONS_HELP = 1, OPTIONS_VERSION = 2 };

/*
 * An enum options_outcome, or -EINVAL with the words in error_text, -ENOMEM. The options are to be
 * freed in either case.
 */
int options_parse(struct worker_options *options, int argc, char **argv,
		  char error_text[OPTIONS_ERROR_SIZE]);
void options_fini(struct worker_options *options);

extern const char options_help[];
