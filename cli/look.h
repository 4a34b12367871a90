/* SPDX-License-Identifier: MIT */
/* One look at queues and workers, and what has changed since the one before. */
#pragma once

#include <libqueue/inspect.h>

#include "command-context.h"

struct look {
	char (*names)[LQ_NAME_MAX + 1];
	struct lq_queue_counts *counts;
	size_t n;
	struct lq_workers workers;
	int64_t at_ms; /* monotonic */
};

void look_fini(struct look *look);
/* At the queues of c's words, or every known one. 0, or an exit code after saying why. */
int look_take(struct context *c, struct look *look);
/* With rates, if wanted, since before, which is NULL at the first look. */
void look_print(const struct look *look, bool has_rates, const struct look *before);
