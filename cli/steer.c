/* SPDX-License-Identifier: MIT */
/* Steering single jobs. */
#include "steer.h"

#include "cleanup.h"
#include "target.h"

DEFINE_CLEANUP(struct lq_job_info *, cleanup_info, lq_job_info_free)

static const char *hint_of(const struct steering *s, enum lq_job_state state)
{
	if (state == LQ_JOB_STARTED)
		return s->hint_started;
	return state < LQ_JOB_STARTED ? s->hint_waiting : s->hint_ended;
}

/* The state is looked up anew: between the two looks the job may have moved on, and then the
 * answer is a newer one. */
static int fail_state(struct context *c, const struct steering *s, const char *queue,
		      const char *id)
{
	_cleanup_(cleanup_info) struct lq_job_info *info = NULL;
	const char *hint;

	if (lq_job_find(c->client, queue, id, &info) != 0)
		return context_fail(c, LQ_EXIT_NOT, "%s: no such job any more", id);
	hint = hint_of(s, info->state);
	return context_fail(c, LQ_EXIT_NOT, "%s: %s%s%s", id, lq_job_state_name(info->state),
			    hint ? ": " : "", hint ? hint : "");
}

int steer_job(struct context *c, const struct steering *s, const char *queue, const char *id)
{
	char name[LQ_NAME_MAX + 1];
	int r = target_find(c, queue, id, name, NULL);

	if (r != 0)
		return r;
	r = s->verb(c->client, name, id);
	if (r == LQ_NOT_FOUND)
		return context_fail(c, LQ_EXIT_NOT, "no job %s in queue %s", id, name);
	if (r == LQ_WRONG_STATE)
		return fail_state(c, s, name, id);
	if (r != 0)
		return context_fail_call(c, r, id);
	if (output_mode() == OUTPUT_JSON)
		output_json(json_pack("{s:s,s:s}", "id", id, "queue", name));
	return LQ_EXIT_DONE;
}
