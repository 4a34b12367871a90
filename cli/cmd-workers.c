/* SPDX-License-Identifier: MIT */
/* lq workers: who works. */
#include "cleanup.h"
#include "command-context.h"
#include "worker-rows.h"

static int run(struct context *c)
{
	_cleanup_(lq_workers_free) struct lq_workers list = { 0 };
	int r;

	if (!context_want_words(c, 0, 0))
		return LQ_EXIT_USAGE;
	r = context_open(c);
	if (r != 0)
		return r;
	r = lq_worker_list(c->client, &list);
	if (r < 0)
		return context_fail_call(c, r, NULL);
	if (output_mode() != OUTPUT_JSON)
		worker_rows_print(&list, false);
	for (size_t i = 0; output_mode() == OUTPUT_JSON && i < list.n; i++)
		output_json(worker_to_json(&list.workers[i]));
	return LQ_EXIT_DONE;
}

const struct command cmd_workers = {
	.name = "workers",
	.usage = "",
	.summary = "List the workers that are alive",
	.run = run,
};
