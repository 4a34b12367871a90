/* SPDX-License-Identifier: MIT */
/* lq empty: delete the waiting jobs of a queue. */
#include "command-context.h"
#include "counts.h"
#include "progress.h"

static int empty_one(struct context *c, const char *queue)
{
	struct progress_watch *watch = progress_watch_start(c, queue, LQ_JOB_QUEUED);
	int64_t n = 0;
	int r = lq_queue_empty(c->client, queue, &n);

	progress_watch_stop(watch);
	return counts_print(c, queue, n, r);
}

static int run(struct context *c)
{
	if (!context_want_words(c, 1, SIZE_MAX))
		return LQ_EXIT_USAGE;
	return context_each_queue(c, false, empty_one);
}

const struct command cmd_empty = {
	.name = "empty",
	.usage = "QUEUE...",
	.summary = "Delete the waiting jobs of a queue with their records",
	.details = "Prints how many there were: those that waited at the start, a line for each "
		   "queue.",
	.run = run,
};
