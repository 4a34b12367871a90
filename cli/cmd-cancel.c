/* SPDX-License-Identifier: MIT */
/* lq cancel: a job that has not started never will. */
#include <stdint.h>

#include "steer.h"
#include "target.h"
#include "words.h"

enum { OPT_QUEUE };

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE",
			"the jobs' queue; else each known one is asked" },
	{ 0 },
};

static const struct steering steering = {
	.verb = lq_job_cancel,
	.hint_started = "use lq stop",
	.hint_ended = "it has ended already",
};

static int cancel(struct context *c, const char *id)
{
	return steer_job(c, &steering, c->args.values[OPT_QUEUE], id);
}

static int run(struct context *c)
{
	if (!context_want_words(c, 1, SIZE_MAX) || word_queue(c, c->args.values[OPT_QUEUE]) != 0)
		return LQ_EXIT_USAGE;
	return target_each_id(c, cancel);
}

const struct command cmd_cancel = {
	.name = "cancel",
	.usage = "[-q QUEUE] ID...",
	.summary = "Cancel jobs that have not started",
	.details = "An ID of - reads ids from stdin, one a line.",
	.options = options,
	.run = run,
};
