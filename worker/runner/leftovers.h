/* SPDX-License-Identifier: MIT */
/* What a job leaves running in a runner that will run another. */
#pragma once

#include <sys/types.h>

/* Remembers the children that runner_init made: they stay. 0, -ENOMEM. */
int leftovers_begin(void);
/* Kills every other child and all below it, and says so on stderr. */
void leftovers_kill(const char *job_id);
