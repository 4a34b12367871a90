/* SPDX-License-Identifier: MIT */
/* A job as JSON. What does not apply is absent. */
#include "job-json.h"

#include "output.h"
#include "value-json.h"

static json_t *rusage_to_json(const struct lq_failure *failure)
{
	json_t *json = json_object();

	output_set_number(json, "user_ms", failure->user_ms);
	output_set_number(json, "system_ms", failure->system_ms);
	output_set_number(json, "max_rss_kb", failure->max_rss_kb);
	return json;
}

static json_t *backtrace_to_json(const struct lq_failure *failure)
{
	json_t *json = json_array();

	for (size_t i = 0; i < failure->n_backtrace; i++)
		(void)json_array_append_new(json, json_string(failure->backtrace[i]));
	return json;
}

static json_t *failure_to_json(const struct lq_failure *failure)
{
	json_t *json = json_object();

	output_set_text(json, "kind", failure->kind);
	output_set_text(json, "message", failure->message);
	output_set_number(json, "errno", failure->error ? failure->error : -1);
	output_set_number(json, "exit_status", failure->exit_status);
	output_set_text(json, "signal", failure->signal);
	if (failure->n_backtrace)
		output_set(json, "backtrace", backtrace_to_json(failure));
	output_set_text(json, "stderr", failure->stderr_tail);
	output_set_time(json, "at", failure->at_ms);
	if (failure->user_ms >= 0 || failure->system_ms >= 0 || failure->max_rss_kb >= 0)
		output_set(json, "rusage", rusage_to_json(failure));
	return json;
}

static json_t *attempt_to_json(const struct lq_attempt *attempt)
{
	json_t *json = json_object();

	output_set_number(json, "attempt", attempt->attempt);
	if (attempt->claim)
		output_set_token(json, "claim", attempt->claim);
	output_set_text(json, "worker", attempt->worker);
	output_set_time(json, "started_at", attempt->started_at_ms);
	output_set_time(json, "ended_at", attempt->ended_at_ms);
	output_set_text(json, "outcome", attempt->outcome);
	if (attempt->failure)
		output_set(json, "failure", failure_to_json(attempt->failure));
	return json;
}

static json_t *attempts_to_json(const struct lq_job_info *info)
{
	json_t *json = json_array();

	for (size_t i = 0; i < info->n_attempts; i++)
		(void)json_array_append_new(json, attempt_to_json(&info->attempts[i]));
	return json;
}

/* -1, no limit, is said as such; 0: of this job nothing is kept but its end. */
static void set_limit(json_t *json, const char *name, int64_t limit)
{
	if (limit != 0)
		output_set(json, name, json_integer(limit));
}

static void set_what(json_t *json, const struct lq_job_info *info, bool reveal)
{
	output_set_text(json, "id", info->id);
	output_set_text(json, "queue", info->queue);
	output_set_text(json, "handler", info->handler);
	if (info->sensitive)
		output_set(json, "sensitive", json_true());
	if (info->args && (reveal || !info->sensitive))
		output_set(json, "args", value_to_json(info->args));
	output_set_text(json, "state", lq_job_state_name(info->state));
	if (info->canceled_expired)
		output_set_text(json, "reason", "expired");
}

static void set_counts(json_t *json, const struct lq_job_info *info)
{
	output_set_number(json, "attempt", info->attempt);
	set_limit(json, "max_attempts", info->max_attempts);
	if (info->claim)
		output_set_token(json, "claim", info->claim);
	output_set_number(json, "losses", info->losses);
	output_set_number(json, "snoozes", info->snoozes);
	set_limit(json, "timeout_ms", info->timeout_ms);
	output_set_text(json, "description", info->description);
}

static void set_times(json_t *json, const struct lq_job_info *info)
{
	output_set_time(json, "created_at", info->created_at_ms);
	output_set_time(json, "enqueued_at", info->enqueued_at_ms);
	output_set_time(json, "due_at", info->due_at_ms);
	output_set_time(json, "started_at", info->started_at_ms);
	output_set_time(json, "ended_at", info->ended_at_ms);
}

json_t *job_to_json(const struct lq_job_info *info, bool reveal)
{
	json_t *json = json_object();

	set_what(json, info, reveal);
	set_counts(json, info);
	set_times(json, info);
	output_set_text(json, "worker", info->worker);
	if (info->result)
		output_set(json, "result", value_to_json(info->result));
	if (info->failure)
		output_set(json, "failure", failure_to_json(info->failure));
	if (info->n_attempts)
		output_set(json, "attempts", attempts_to_json(info));
	return json;
}
