/* SPDX-License-Identifier: MIT */
/* Rows of a listing, as JSON lines or in a table. */
#include "list-rows.h"

#include <libqueue/limits.h>

#include "macro.h"
#include "parse.h"

#define COMMON_COLUMNS                                                                 \
	{ "ID", false }, { "QUEUE", false }, { "HANDLER", false }, { "STATE", false }, \
		{ "ATTEMPT", true },                                                   \
	{                                                                              \
		"AT", false                                                            \
	}

static const struct column common[] = { COMMON_COLUMNS, { NULL, false } };
static const struct column started[] = {
	COMMON_COLUMNS, { "WORKER", false }, { "RUNNING", true }, { "LEFT", true }, { NULL, false },
};
static const struct column failed[] = {
	COMMON_COLUMNS,
	{ "KIND", false },
	{ "MESSAGE", false },
	{ NULL, false },
};

void list_rows_init(struct table *t, enum lq_job_state state)
{
	table_init(t, state == LQ_JOB_STARTED ? started : state == LQ_JOB_FAILED ? failed : common);
}

static void print_json(const char *queue, const struct lq_job_row *row)
{
	json_t *json = json_object();

	output_set_text(json, "id", row->id);
	output_set_text(json, "queue", queue);
	output_set_text(json, "handler", row->handler);
	output_set_text(json, "state", lq_job_state_name(row->state));
	output_set_number(json, "attempt", row->attempt);
	output_set_time(json, "at", row->at_ms);
	if (row->state == LQ_JOB_STARTED) {
		output_set_text(json, "worker", row->worker);
		output_set_number(json, "running_ms", MAX(row->running_ms, (int64_t)0));
		output_set_number(json, "time_left_ms", row->time_left_ms);
	}
	output_set_text(json, "kind", row->kind);
	output_set_text(json, "message", row->message);
	output_set_text(json, "cursor", row->cursor);
	output_json(json);
}

static void add_started(struct table *t, const struct lq_job_row *row)
{
	char text[FORMAT_TIME_SIZE];

	table_cell(t, STYLE_NONE, "%s", row->worker ? row->worker : "");
	table_cell(t, STYLE_NONE, "%s", format_duration_ms(MAX(row->running_ms, (int64_t)0), text));
	table_cell(t, STYLE_NONE, "%s", format_duration_ms(row->time_left_ms, text));
}

static void add_to_table(struct table *t, const char *queue, const struct lq_job_row *row)
{
	char time[FORMAT_TIME_SIZE];

	table_cell(t, STYLE_NONE, "%s", row->id);
	table_cell(t, STYLE_NONE, "%s", queue);
	table_cell(t, STYLE_NONE, "%s", row->handler);
	table_cell(t, STYLE_NONE, "%s", lq_job_state_name(row->state));
	table_cell(t, STYLE_NONE, "%d", row->attempt);
	table_cell(t, STYLE_NONE, "%s", row->at_ms < 0 ? "" : format_time_ms(row->at_ms, time));
	if (t->columns == started)
		add_started(t, row);
	if (t->columns == failed) {
		table_cell(t, STYLE_BAD, "%s", row->kind ? row->kind : "");
		table_cell(t, STYLE_NONE, "%s", row->message ? row->message : "");
	}
}

void list_rows_add(struct table *t, const char *queue, const struct lq_job_row *row)
{
	if (output_mode() == OUTPUT_JSON)
		print_json(queue, row);
	else
		add_to_table(t, queue, row);
}
