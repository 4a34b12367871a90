/* SPDX-License-Identifier: MIT */
/* Workers, as JSON or in a table. */
#include "worker-rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "macro.h"
#include "output-table.h"
#include "parse.h"

json_t *worker_to_json(const struct lq_worker_info *worker)
{
	json_t *json = json_object(), *queues = json_array();

	for (size_t i = 0; i < worker->n_queues; i++)
		(void)json_array_append_new(queues, json_string(worker->queues[i]));
	output_set_text(json, "name", worker->name);
	output_set_text(json, "host", worker->host);
	output_set_number(json, "pid", worker->pid);
	output_set_text(json, "state", worker->state);
	output_set(json, "queues", queues);
	output_set_number(json, "runners", worker->runners);
	output_set_number(json, "busy", worker->busy);
	output_set_number(json, "jobs_done", worker->jobs_done);
	output_set_number(json, "last_claim_ms", worker->last_claim_ms);
	output_set_time(json, "started_at", worker->started_at_ms);
	output_set_number(json, "lease_left_ms", MAX(worker->lease_left_ms, (int64_t)0));
	return json;
}

static const struct column columns[] = {
	{ "WORKER", false }, { "STATE", false },  { "BUSY", true }, { "RUNNERS", true },
	{ "DONE", true },    { "HOST", false },   { "PID", true },  { "STARTED", false },
	{ "LEASE", true },   { "QUEUES", false }, { NULL, false },
};

static enum output_style style_of(const char *state)
{
	if (strcmp(state, "busy") == 0)
		return STYLE_BUSY;
	return strcmp(state, "lost") == 0 ? STYLE_BAD : STYLE_NONE;
}

static void add_queues(struct table *t, const struct lq_worker_info *worker)
{
	char text[1024] = "";
	size_t size = 0;

	for (size_t i = 0; i < worker->n_queues && size < sizeof(text); i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", i ? "," : "",
					 worker->queues[i]);
	table_cell(t, STYLE_NONE, "%s", text);
}

static void add(struct table *t, const struct lq_worker_info *worker)
{
	const char *state = worker->state ? worker->state : "";
	char text[FORMAT_TIME_SIZE];

	table_cell(t, STYLE_NONE, "%s", worker->name);
	table_cell(t, style_of(state), "%s", state);
	table_cell(t, STYLE_NONE, "%d", worker->busy);
	table_cell(t, STYLE_NONE, "%d", worker->runners);
	table_cell(t, STYLE_NONE, "%" PRId64, worker->jobs_done);
	table_cell(t, STYLE_NONE, "%s", worker->host ? worker->host : "");
	table_cell(t, STYLE_NONE, "%" PRId64, worker->pid);
	table_cell(t, STYLE_NONE, "%s",
		   worker->started_at_ms < 0 ? "" : format_time_ms(worker->started_at_ms, text));
	table_cell(t, STYLE_NONE, "%s",
		   format_duration_ms(MAX(worker->lease_left_ms, (int64_t)0), text));
	add_queues(t, worker);
}

void worker_rows_print(const struct lq_workers *list, bool has_head)
{
	struct table t;

	table_init(&t, columns);
	t.has_head = has_head;
	for (size_t i = 0; i < list->n; i++)
		add(&t, &list->workers[i]);
	table_print(&t);
	table_fini(&t);
}
