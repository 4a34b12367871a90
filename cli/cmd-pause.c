/* SPDX-License-Identifier: MIT */
/* lq pause: hand out no jobs of a queue. */
#include <stddef.h>

#include "command-context.h"
#include "words.h"

enum { OPT_FOR, OPT_ALL };

static const struct option options[] = {
	[OPT_FOR] = { "for", 0, OPTION_VALUE, "D", "resume by itself after that time" },
	[OPT_ALL] = { "all", 'a', OPTION_FLAG, NULL, "every known queue" },
	{ 0 },
};

static int pause_one(struct context *c, const char *queue)
{
	const char *text = c->args.values[OPT_FOR];
	int64_t for_ms = LQ_FOREVER;
	int r;

	if (text && word_duration(c, "for", text, &for_ms) != 0)
		return LQ_EXIT_USAGE;
	r = lq_queue_pause(c->client, queue, for_ms);
	if (r < 0)
		return context_fail_call(c, r, queue);
	if (output_mode() == OUTPUT_JSON)
		output_json(json_pack("{s:s,s:b}", "queue", queue, "paused", 1));
	return LQ_EXIT_DONE;
}

static int run(struct context *c)
{
	bool all = c->args.values[OPT_ALL] != NULL;
	int64_t for_ms = LQ_FOREVER;

	if (!context_want_words(c, all ? 0 : 1, all ? 0 : SIZE_MAX))
		return LQ_EXIT_USAGE;
	if (c->args.values[OPT_FOR] &&
	    word_duration(c, "for", c->args.values[OPT_FOR], &for_ms) != 0)
		return LQ_EXIT_USAGE;
	if (for_ms == 0)
		return context_fail_usage(c, "--for 0 would pause nothing");
	return context_each_queue(c, all, pause_one);
}

const struct command cmd_pause = {
	.name = "pause",
	.usage = "[--for D] QUEUE...\n[--for D] --all",
	.summary = "Hand out no more jobs of a queue; running ones finish",
	.options = options,
	.run = run,
};
