/* SPDX-License-Identifier: MIT */
/*
 * The spawner: loads the handlers once, forks runners as many as the manager wants,
 * reaps them, kills what they leave behind. It has no Redis, no job, and one
 * connection: a SOCK_SEQPACKET pair to the manager, one frame of wire.h in each message.
 */
#pragma once

#include <stddef.h>

struct lq_handler_table;

#define SPAWNER_EXIT_BAD_MODULE 4

struct spawner_options {
	int control_fd;
	unsigned int jobs_per_runner; /* 0: never recycled */
	const char *const *modules;
	size_t n_modules;
	const struct lq_handler_table *linked; /* of a program of one's own; NULL: none */
};

/*
 * Until the manager is gone; then nothing below this process is left. Returns an exit code:
 * SPAWNER_EXIT_BAD_MODULE after WIRE_FAILED.
 */
int spawner_run(const struct spawner_options *options);
