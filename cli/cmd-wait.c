/* SPDX-License-Identifier: MIT */
/* lq wait: until a job has ended. */
#include "cleanup.h"
#include "command-context.h"
#include "ended.h"
#include "target.h"
#include "words.h"

enum { OPT_QUEUE, OPT_TIMEOUT };

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE",
			"the job's queue; else each known one is asked" },
	[OPT_TIMEOUT] = { "timeout", 0, OPTION_VALUE, "D",
			  "give up after that time, the job goes on" },
	{ 0 },
};

DEFINE_CLEANUP(struct lq_job_info *, cleanup_info, lq_job_info_free)

static int wait_one(struct context *c, const char *id)
{
	_cleanup_(cleanup_info) struct lq_job_info *info = NULL;
	const char *text = c->args.values[OPT_TIMEOUT];
	char queue[LQ_NAME_MAX + 1];
	int64_t timeout_ms = LQ_FOREVER;
	int r;

	if (text && word_duration(c, "timeout", text, &timeout_ms) != 0)
		return LQ_EXIT_USAGE;
	r = target_find(c, c->args.values[OPT_QUEUE], id, queue, NULL);
	if (r != 0)
		return r;
	r = lq_job_wait(c->client, queue, id, timeout_ms, &info);
	if (r == LQ_NOT_FOUND)
		return context_fail(c, LQ_EXIT_NOT, "no job %s in queue %s", id, queue);
	if (r == LQ_TIMEOUT)
		return context_fail(c, LQ_EXIT_WAIT, "%s has not ended yet, it goes on", id);
	if (r != 0)
		return context_fail_call(c, r, id);
	return ended_print(c, info);
}

static int run(struct context *c)
{
	int64_t timeout_ms;

	if (!context_want_words(c, 1, 1) || word_queue(c, c->args.values[OPT_QUEUE]) != 0)
		return LQ_EXIT_USAGE;
	if (c->args.values[OPT_TIMEOUT] &&
	    word_duration(c, "timeout", c->args.values[OPT_TIMEOUT], &timeout_ms) != 0)
		return LQ_EXIT_USAGE;
	return target_each_id(c, wait_one);
}

const struct command cmd_wait = {
	.name = "wait",
	.usage = "[-q QUEUE] [--timeout D] ID",
	.summary = "Wait until a job has ended, and print its result",
	.options = options,
	.run = run,
};
