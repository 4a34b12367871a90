/* SPDX-License-Identifier: MIT */
/* lq retry: ended jobs go back to their queue, with all their attempts. */
#include <stdint.h>

#include "retry-all.h"
#include "steer.h"
#include "target.h"
#include "words.h"

enum { OPT_QUEUE, OPT_ALL, OPT_HANDLER, OPT_KIND, OPT_COUNT };

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE",
			"the jobs' queue; else each known one is asked" },
	[OPT_ALL] = { "all", 'a', OPTION_FLAG, NULL, "every failed job of the queue" },
	[OPT_HANDLER] = { "handler", 0, OPTION_VALUE, "NAME", "with --all: only that handler's" },
	[OPT_KIND] = { "kind", 0, OPTION_VALUE, "KIND", "with --all: only failures of that kind" },
	[OPT_COUNT] = { "count", 'n', OPTION_FLAG, NULL, "with --all: only count them" },
	{ 0 },
};

static const struct steering steering = {
	.verb = lq_job_requeue,
	.hint_started = "it is running now",
	.hint_waiting = "it has not ended",
};

static int retry(struct context *c, const char *id)
{
	return steer_job(c, &steering, c->args.values[OPT_QUEUE], id);
}

static int run_all(struct context *c)
{
	const struct retry_choice choice = {
		.queue = c->args.values[OPT_QUEUE],
		.handler = c->args.values[OPT_HANDLER],
		.kind = c->args.values[OPT_KIND],
		.only_count = c->args.values[OPT_COUNT] != NULL,
	};
	int r;

	if (!context_want_words(c, 0, 0))
		return LQ_EXIT_USAGE;
	if (!choice.queue)
		return context_fail_usage(c, "--all needs -q QUEUE");
	if (choice.handler && !word_is_handler(choice.handler))
		return context_fail_usage(c, WORD_NO_HANDLER, word_shown(choice.handler));
	r = context_open(c);
	return r != 0 ? r : retry_all(c, &choice);
}

static int run(struct context *c)
{
	const char *const *values = c->args.values;

	if (word_queue(c, values[OPT_QUEUE]) != 0)
		return LQ_EXIT_USAGE;
	if (values[OPT_ALL])
		return run_all(c);
	if (values[OPT_HANDLER] || values[OPT_KIND] || values[OPT_COUNT])
		return context_fail_usage(c, "--handler, --kind and -n go with --all");
	if (!context_want_words(c, 1, SIZE_MAX))
		return LQ_EXIT_USAGE;
	return target_each_id(c, retry);
}

const struct command cmd_retry = {
	.name = "retry",
	.alias = "requeue",
	.usage = "[-q QUEUE] ID...\n--all -q QUEUE [--handler NAME] [--kind KIND] [-n]",
	.summary = "Put ended jobs back into their queue, with all their attempts",
	.details = "An ID of - reads ids from stdin, one a line. --all takes the failed ones and "
		   "prints\n"
		   "how many, never more than there were at the start.",
	.options = options,
	.run = run,
};
