/* SPDX-License-Identifier: MIT */
/* How a job that was waited for has ended. */
#include "ended.h"

#include "job-json.h"
#include "value-json.h"

static int fail_ended(const struct context *c, const struct lq_job_info *info)
{
	const struct lq_failure *failure = info->failure;

	if (info->state == LQ_JOB_FAILED && failure)
		return context_fail(c, LQ_EXIT_NOT, "%s failed: %s%s%s", info->id,
				    failure->kind ? failure->kind : "unknown",
				    failure->message ? ": " : "",
				    failure->message ? failure->message : "");
	return context_fail(c, LQ_EXIT_NOT, "%s %s%s", info->id,
			    info->state == LQ_JOB_FAILED    ? "failed"
			    : info->state == LQ_JOB_STOPPED ? "was stopped"
							    : "was canceled",
			    info->canceled_expired ? ": expired" : "");
}

int ended_print(const struct context *c, const struct lq_job_info *info)
{
	if (output_mode() == OUTPUT_JSON)
		output_json(job_to_json(info, false));
	if (info->state != LQ_JOB_FINISHED)
		return fail_ended(c, info);
	if (output_mode() != OUTPUT_JSON)
		output_json(info->result ? value_to_json(info->result) : json_null());
	return LQ_EXIT_DONE;
}
