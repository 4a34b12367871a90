/* SPDX-License-Identifier: MIT */
/*
 * The runner: what a freshly forked child of the spawner becomes. It reads a job from its
 * socket, runs the handler, writes the outcome, until its share of jobs is done or
 * the manager closes its end.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct lq__handlers;

#define RUNNER_FD_SOCKET 3 /* the one descriptor beside 0, 1 and 2 */

struct runner_start {
	int socket_fd, stdout_fd, stderr_fd;
	pid_t parent;                 /* the spawner, as it was before the fork */
	unsigned int jobs_per_runner; /* 0: never recycled */
	const struct lq__handlers *handlers;
	/*
	 * Shared with the spawner; the runner writes its generation's number there when it
	 * ends in order and without children: nothing needs to be looked for.
	 */
	volatile uint32_t *proof;
	uint32_t generation;
};

_Noreturn void runner_main(const struct runner_start *start);
