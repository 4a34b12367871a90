/* SPDX-License-Identifier: MIT */
/*
 * A runner's deadlines: the time limit of its job, the grace after SIGTERM, and the time in which
 * it must be dead once SIGKILL was asked for. One timer: only one of them is ahead at any moment.
 */
#pragma once

#include <stdint.h>

struct runner;

void deadlines_init(struct runner *runner);
void deadlines_limit(struct runner *runner, int64_t timeout_ms);
/* SIGTERM now, SIGKILL after the runner's grace. */
void deadlines_term(struct runner *runner);
/* It should be gone soon; if not, it is killed, and again. */
void deadlines_expect_exit(struct runner *runner);
