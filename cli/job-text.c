/* SPDX-License-Identifier: MIT */
/* A job for people to read: what it is, how it goes, how it went wrong, what was tried. */
#include "job-text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "output-table.h"
#include "parse.h"
#include "value-json.h"

DEFINE_CLEANUP(json_t *, cleanup_json, json_decref)

static void field(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void field(const char *name, const char *format, ...)
{
	_cleanup_(cleanup_free) char *text = NULL;
	va_list list;
	int r;

	va_start(list, format);
	r = vasprintf(&text, format, list);
	va_end(list);
	if (r < 0)
		text = NULL;
	else
		output_clean(text);
	output_line("%s%-12s%s %s", output_begin(STYLE_HEAD), name, output_end(STYLE_HEAD),
		    text ? text : "(out of memory)");
}

static void field_text(const char *name, const char *text)
{
	if (text)
		field(name, "%s", text);
}

static void field_time(const char *name, int64_t unix_ms)
{
	char text[FORMAT_TIME_SIZE];

	if (unix_ms >= 0)
		field(name, "%s", format_time_ms(unix_ms, text));
}

static void field_value(const char *name, struct lq_value *value)
{
	_cleanup_(cleanup_json) json_t *json = value ? value_to_json(value) : NULL;
	_cleanup_(cleanup_free) char *text = json ? json_format(json, 0) : NULL;

	if (value)
		field(name, "%s", text ? text : "(cannot be read)");
}

/* Lines of text, each indented. */
static void print_block(const char *name, const char *text)
{
	if (!text || !*text)
		return;
	output_line("%s%s%s", output_begin(STYLE_HEAD), name, output_end(STYLE_HEAD));
	while (*text) {
		size_t size = strcspn(text, "\n");
		_cleanup_(cleanup_free) char *line = strndup(text, size);

		if (line)
			output_clean(line);
		output_line("  %s", line ? line : "(out of memory)");
		text += size + (text[size] == '\n');
	}
}

static enum output_style style_of(enum lq_job_state state)
{
	switch (state) {
	case LQ_JOB_FINISHED:
		return STYLE_GOOD;
	case LQ_JOB_FAILED:
	case LQ_JOB_CANCELED:
	case LQ_JOB_STOPPED:
		return STYLE_BAD;
	case LQ_JOB_STARTED:
		return STYLE_BUSY;
	case LQ_JOB_DEFERRED:
	case LQ_JOB_SCHEDULED:
	case LQ_JOB_QUEUED:
	case LQ_N_JOB_STATES:
		break;
	}
	return STYLE_NONE;
}

static void print_state(const struct lq_job_info *info)
{
	enum output_style style = style_of(info->state);

	output_line("%s%-12s%s %s%s%s%s", output_begin(STYLE_HEAD), "state", output_end(STYLE_HEAD),
		    output_begin(style), lq_job_state_name(info->state), output_end(style),
		    info->canceled_expired ? " (expired: it waited too long)" : "");
}

static void print_what(const struct lq_job_info *info, bool reveal)
{
	field("id", "%s", info->id);
	field("queue", "%s", info->queue);
	field_text("handler", info->handler);
	field_text("description", info->description);
	if (info->sensitive && !reveal)
		field("args", "(hidden; --reveal shows them)");
	else
		field_value("args", info->args);
}

static void print_attempt(const struct lq_job_info *info)
{
	char limit[FORMAT_TIME_SIZE];

	/* Of a job whose result was not kept there is nothing left but its end. */
	if (info->max_attempts == 0)
		field("attempt", "%d", info->attempt);
	else if (info->max_attempts == LQ_FOREVER)
		field("attempt", "%d, no limit", info->attempt);
	else
		field("attempt", "%d of %d", info->attempt, info->max_attempts);
	if (info->losses)
		field("losses", "%d", info->losses);
	if (info->snoozes)
		field("snoozes", "%" PRId64, info->snoozes);
	if (info->timeout_ms != 0)
		field("time limit", "%s", format_duration_ms(info->timeout_ms, limit));
}

static void print_times(const struct lq_job_info *info)
{
	field_time("created", info->created_at_ms);
	field_time("enqueued", info->enqueued_at_ms);
	field_time("due", info->due_at_ms);
	field_time("started", info->started_at_ms);
	field_time("ended", info->ended_at_ms);
	field_time("kept until", info->expires_at_ms);
	field_text("worker", info->worker);
}

static void print_usage(const struct lq_failure *failure)
{
	if (failure->user_ms >= 0 && failure->system_ms >= 0 && failure->max_rss_kb >= 0)
		field("used",
		      "%" PRId64 " ms user, %" PRId64 " ms system, %" PRId64 " kB of memory",
		      failure->user_ms, failure->system_ms, failure->max_rss_kb);
}

static void print_failure(const struct lq_failure *failure)
{
	field("failure", "%s%s%s", failure->kind ? failure->kind : "unknown",
	      failure->message ? ": " : "", failure->message ? failure->message : "");
	if (failure->exit_status >= 0)
		field("exit status", "%d", failure->exit_status);
	field_text("signal", failure->signal);
	print_usage(failure);
	for (size_t i = 0; i < failure->n_backtrace; i++)
		field(i ? "" : "backtrace", "%s", failure->backtrace[i]);
	print_block("stderr", failure->stderr_tail);
}

static const struct column columns[] = {
	{ "ATTEMPT", true }, { "OUTCOME", false }, { "STARTED", false }, { "TOOK", true },
	{ "WORKER", false }, { "FAILURE", false }, { NULL, false },
};

static void add_attempt(struct table *t, const struct lq_attempt *attempt)
{
	const struct lq_failure *failure = attempt->failure;
	char text[FORMAT_TIME_SIZE];
	int64_t took_ms = attempt->ended_at_ms - attempt->started_at_ms;
	bool is_known = attempt->started_at_ms >= 0 && attempt->ended_at_ms >= 0 && took_ms >= 0;

	table_cell(t, STYLE_NONE, "%d", attempt->attempt);
	table_cell(t, STYLE_NONE, "%s", attempt->outcome ? attempt->outcome : "");
	table_cell(t, STYLE_NONE, "%s",
		   attempt->started_at_ms < 0 ? "" : format_time_ms(attempt->started_at_ms, text));
	table_cell(t, STYLE_NONE, "%s", is_known ? format_duration_ms(took_ms, text) : "");
	table_cell(t, STYLE_NONE, "%s", attempt->worker ? attempt->worker : "");
	table_cell(t, STYLE_NONE, "%s%s%s", failure && failure->kind ? failure->kind : "",
		   failure && failure->message ? ": " : "",
		   failure && failure->message ? failure->message : "");
}

static void print_attempts(const struct lq_job_info *info)
{
	struct table t;

	if (info->n_attempts == 0)
		return;
	output_line("%s", "");
	table_init(&t, columns);
	t.has_head = true;
	for (size_t i = 0; i < info->n_attempts; i++)
		add_attempt(&t, &info->attempts[i]);
	table_print(&t);
	table_fini(&t);
}

void job_print(const struct lq_job_info *info, bool reveal)
{
	print_what(info, reveal);
	print_state(info);
	print_attempt(info);
	print_times(info);
	field_value("result", info->result);
	if (info->failure)
		print_failure(info->failure);
	print_attempts(info);
}
