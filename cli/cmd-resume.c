/* SPDX-License-Identifier: MIT */
/* lq resume: hand out a queue's jobs again. */
#include <stdint.h>

#include "command-context.h"

enum { OPT_ALL };

static const struct option options[] = {
	[OPT_ALL] = { "all", 'a', OPTION_FLAG, NULL, "every known queue" },
	{ 0 },
};

static int resume_one(struct context *c, const char *queue)
{
	int r = lq_queue_resume(c->client, queue);

	if (r < 0)
		return context_fail_call(c, r, queue);
	if (output_mode() == OUTPUT_JSON)
		output_json(json_pack("{s:s,s:b}", "queue", queue, "paused", 0));
	return LQ_EXIT_DONE;
}

static int run(struct context *c)
{
	bool all = c->args.values[OPT_ALL] != NULL;

	if (!context_want_words(c, all ? 0 : 1, all ? 0 : SIZE_MAX))
		return LQ_EXIT_USAGE;
	return context_each_queue(c, all, resume_one);
}

const struct command cmd_resume = {
	.name = "resume",
	.usage = "QUEUE...\n--all",
	.summary = "Hand out the jobs of a paused queue again",
	.options = options,
	.run = run,
};
