/* SPDX-License-Identifier: MIT */
/* Finds the spawner's program and starts it. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct spawner_command {
	const char *program; /* NULL: lq-spawner, wherever it is */
	const char *const *modules;
	size_t n_modules;
	int jobs_per_runner;
};

/* 0 and the child's pid, or a negative errno. control: its end of the pair, stays open here. */
int spawner_exec(const struct spawner_command *command, int control, pid_t *ret_pid);
