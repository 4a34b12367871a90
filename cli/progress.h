/* SPDX-License-Identifier: MIT */
/* A line on the terminal about work that takes long; nothing where stderr is no terminal. */
#pragma once

#include <stdint.h>

#include "command-context.h"

struct progress {
	const char *what; /* "requeued" */
	int64_t total;
	int64_t shown_at_ms; /* monotonic; 0: not yet */
	int width;           /* of what stands on the line */
};

void progress_step(struct progress *p, int64_t done);
/* Takes the line away. */
void progress_end(struct progress *p);

/*
 * For one call that blocks long: a thread with a client of its own looks, again and
 * again, at how many jobs of a state are left. NULL: not shown.
 */
struct progress_watch;
struct progress_watch *progress_watch_start(const struct context *c, const char *queue,
					    enum lq_job_state state);
void progress_watch_stop(struct progress_watch *w);
