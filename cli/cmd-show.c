/* SPDX-License-Identifier: MIT */
/* lq show: all that is known of a job. */
#include "cleanup.h"
#include "command-context.h"
#include "job-json.h"
#include "job-text.h"
#include "target.h"
#include "words.h"

enum { OPT_QUEUE, OPT_REVEAL };

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE",
			"the job's queue; else each known one is asked" },
	[OPT_REVEAL] = { "reveal", 0, OPTION_FLAG, NULL, "show sensitive arguments too" },
	{ 0 },
};

DEFINE_CLEANUP(struct lq_job_info *, cleanup_info, lq_job_info_free)

static int show(struct context *c, const char *id)
{
	_cleanup_(cleanup_info) struct lq_job_info *info = NULL;
	bool reveal = c->args.values[OPT_REVEAL] != NULL;
	char queue[LQ_NAME_MAX + 1];
	int r = target_find(c, c->args.values[OPT_QUEUE], id, queue, &info);

	if (r != 0)
		return r;
	if (output_mode() == OUTPUT_JSON)
		output_json(job_to_json(info, reveal));
	else
		job_print(info, reveal);
	return LQ_EXIT_DONE;
}

static int run(struct context *c)
{
	if (!context_want_words(c, 1, 1) || word_queue(c, c->args.values[OPT_QUEUE]) != 0)
		return LQ_EXIT_USAGE;
	return target_each_id(c, show);
}

const struct command cmd_show = {
	.name = "show",
	.usage = "[-q QUEUE] [--reveal] ID",
	.summary = "Show all that is known of a job",
	.options = options,
	.run = run,
};
