/* SPDX-License-Identifier: MIT */
/* lq delete: jobs with all that is kept of them. */
#include "counts.h"
#include "progress.h"
#include "steer.h"
#include "target.h"
#include "words.h"

enum { OPT_QUEUE, OPT_ALL };

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE",
			"the jobs' queue; else each known one is asked" },
	[OPT_ALL] = { "all", 'a', OPTION_VALUE, "STATE", "every job of the queue in that state" },
	{ 0 },
};

static const struct steering steering = {
	.verb = lq_job_delete,
	.hint_started = "it can be deleted when it has ended",
};

static int delete_one(struct context *c, const char *id)
{
	return steer_job(c, &steering, c->args.values[OPT_QUEUE], id);
}

static int clear_state(struct context *c, const char *queue, enum lq_job_state state)
{
	struct progress_watch *watch;
	int64_t n = 0;
	int r = context_open(c);

	if (r != 0)
		return r;
	watch = progress_watch_start(c, queue, state);
	r = lq_queue_clear(c->client, queue, state, &n);
	progress_watch_stop(watch);
	return counts_print(c, queue, n, r);
}

static int delete_all(struct context *c, const char *queue)
{
	const char *name = c->args.values[OPT_ALL];
	enum lq_job_state state;

	if (!context_want_words(c, 0, 0))
		return LQ_EXIT_USAGE;
	if (lq_job_state_parse(name, &state) < 0)
		return context_fail_usage(c,
					  "--all: no state \"%.32s\": queued, scheduled, finished, "
					  "failed, canceled or stopped",
					  name);
	if (state == LQ_JOB_STARTED)
		return context_fail_usage(c, "--all started: running jobs cannot be deleted");
	if (!queue)
		return context_fail_usage(c, "--all needs -q QUEUE");
	return clear_state(c, queue, state);
}

static int run(struct context *c)
{
	const char *queue = c->args.values[OPT_QUEUE];

	if (word_queue(c, queue) != 0)
		return LQ_EXIT_USAGE;
	if (c->args.values[OPT_ALL])
		return delete_all(c, queue);
	if (!context_want_words(c, 1, SIZE_MAX))
		return LQ_EXIT_USAGE;
	return target_each_id(c, delete_one);
}

const struct command cmd_delete = {
	.name = "delete",
	.usage = "[-q QUEUE] ID...\n--all STATE -q QUEUE",
	.summary = "Delete jobs with all that is kept of them",
	.details = "An ID of - reads ids from stdin, one a line. --all prints how many there were.",
	.options = options,
	.run = run,
};
