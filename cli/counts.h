/* SPDX-License-Identifier: MIT */
/* How many jobs of a queue: those in a state, those that a command has steered. */
#pragma once

#include "command-context.h"

int64_t counts_of_state(const struct lq_queue_counts *counts, enum lq_job_state state);

/* After steering n jobs of a queue with the outcome r: prints n, unless it failed before the first;
 * returns the exit code, after saying why. */
int counts_print(const struct context *c, const char *queue, int64_t n, int r);
