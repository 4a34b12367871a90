/* SPDX-License-Identifier: MIT */
/* How many jobs of a queue are in a state. */
#pragma once

#include <libqueue/inspect.h>

int64_t counts_of_state(const struct lq_queue_counts *counts, enum lq_job_state state);
