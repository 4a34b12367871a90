/* SPDX-License-Identifier: MIT */
/* lq_enqueue(): one job. */
#include "cleanup.h"
#include "enqueue-run.h"

#include <errno.h>
#include <string.h>

int lq_enqueue(struct lq_client *client, const char *handler, struct lq_value *args,
	       const struct lq_enqueue_options *options, char *ret_id)
{
	_cleanup_(lq__planned_fini) struct lq__planned job;
	char words[LQ__REFUSAL_SIZE];
	int refused = lq__planned_make(&job, handler, args, options, words);

	if (ret_id)
		memcpy(ret_id, job.made.id, strlen(job.made.id) + 1);

	int r = lq__client_check(client);

	if (r < 0)
		return r;
	if (refused < 0)
		return lq__client_fail(client, refused, "%s", words);
	r = lq__client_begin(client, 0);
	if (r < 0)
		return r;

	struct lq__planned *const jobs[] = { &job };
	struct lq__run run = { .client = client, .jobs = jobs, .n = 1 };

	r = lq__run_send(&run);
	if (r < 0)
		(void)lq__client_fail(client, r, "no memory to send job '%s'", job.made.id);

	/* Also after a failure: the queue's registration may be on its way. */
	int finished = lq__client_finish(client);

	if (r < 0 || !run.is_answered)
		return r < 0 ? r : finished;
	if (job.outcome == LQ_LOCKED && ret_id)
		memcpy(ret_id, job.made.id, strlen(job.made.id) + 1);
	return lq__planned_say(client, &job);
}
