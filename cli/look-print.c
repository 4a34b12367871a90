/* SPDX-License-Identifier: MIT */
/* A look at queues and workers, shown. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "look.h"
#include "output-table.h"
#include "parse.h"
#include "worker-rows.h"

#define COUNT_COLUMNS                                                                    \
	{ "QUEUE", false }, { "PAUSED", false }, { "QUEUED", true }, { "OLDEST", true }, \
		{ "STARTED", true }, { "SCHEDULED", true }, { "DEFERRED", true },        \
	{                                                                                \
		"FAILED", true                                                           \
	}

static const struct column columns[] = { COUNT_COLUMNS, { NULL, false } };
static const struct column watch_columns[] = {
	COUNT_COLUMNS, { "IN/S", true }, { "DONE/S", true }, { "FAILED/S", true }, { NULL, false },
};

#define N_RATES 3

/* Per second, between two looks. */
struct rates {
	double enqueued, finished, failed;
};

static double per_second(int64_t now, int64_t before, int64_t elapsed_ms)
{
	return elapsed_ms > 0 && now > before ? (double)(now - before) * 1000.0 / (double)elapsed_ms
					      : 0.0;
}

/* Whether the queue was there at the look before. */
static bool find_rates(const struct look *look, size_t i, const struct look *before,
		       struct rates *ret)
{
	for (size_t j = 0; before && j < before->n; j++) {
		const struct lq_queue_counts *a = &before->counts[j], *b = &look->counts[i];
		int64_t ms = look->at_ms - before->at_ms;

		if (strcmp(before->names[j], look->names[i]) != 0)
			continue;
		ret->enqueued = per_second(b->enqueued_total, a->enqueued_total, ms);
		ret->finished = per_second(b->finished_total, a->finished_total, ms);
		ret->failed = per_second(b->failed_total, a->failed_total, ms);
		return true;
	}
	return false;
}

static json_t *queue_to_json(const char *name, const struct lq_queue_counts *counts)
{
	json_t *json = json_object();

	output_set_text(json, "name", name);
	output_set(json, "paused", json_boolean(counts->paused));
	output_set_time(json, "paused_until", counts->paused_until_ms);
	output_set_number(json, "queued", counts->queued);
	output_set_number(json, "scheduled", counts->scheduled);
	output_set_number(json, "deferred", counts->deferred);
	output_set_number(json, "started", counts->started);
	output_set_number(json, "finished", counts->finished);
	output_set_number(json, "failed", counts->failed);
	output_set_number(json, "canceled", counts->canceled);
	output_set_number(json, "stopped", counts->stopped);
	output_set_number(json, "oldest_queued_ms", counts->oldest_queued_ms);
	output_set_number(json, "enqueued_total", counts->enqueued_total);
	output_set_number(json, "finished_total", counts->finished_total);
	output_set_number(json, "failed_total", counts->failed_total);
	return json;
}

static void set_rates(json_t *json, const struct rates *rates)
{
	output_set(json, "enqueued_per_s", json_real(rates->enqueued));
	output_set(json, "finished_per_s", json_real(rates->finished));
	output_set(json, "failed_per_s", json_real(rates->failed));
}

static void print_json(const struct look *look, const struct look *before)
{
	json_t *json = json_object(), *queues = json_array(), *workers = json_array();

	for (size_t i = 0; i < look->n; i++) {
		json_t *queue = queue_to_json(look->names[i], &look->counts[i]);
		struct rates rates;

		if (find_rates(look, i, before, &rates))
			set_rates(queue, &rates);
		(void)json_array_append_new(queues, queue);
	}
	for (size_t i = 0; i < look->workers.n; i++)
		(void)json_array_append_new(workers, worker_to_json(&look->workers.workers[i]));
	output_set(json, "queues", queues);
	output_set(json, "workers", workers);
	output_json(json);
}

static void add_paused(struct table *t, const struct lq_queue_counts *counts)
{
	char until[FORMAT_TIME_SIZE];

	if (!counts->paused)
		table_cell(t, STYLE_NONE, "no");
	else if (counts->paused_until_ms < 0)
		table_cell(t, STYLE_BAD, "yes");
	else
		table_cell(t, STYLE_BAD, "until %s",
			   format_time_ms(counts->paused_until_ms, until));
}

static void add_queue(struct table *t, const char *name, const struct lq_queue_counts *counts)
{
	char oldest[FORMAT_TIME_SIZE];

	table_cell(t, STYLE_NONE, "%s", name);
	add_paused(t, counts);
	table_cell(t, STYLE_NONE, "%" PRId64, counts->queued);
	table_cell(t, STYLE_NONE, "%s",
		   counts->oldest_queued_ms < 0
			   ? ""
			   : format_duration_ms(counts->oldest_queued_ms, oldest));
	table_cell(t, STYLE_NONE, "%" PRId64, counts->started);
	table_cell(t, STYLE_NONE, "%" PRId64, counts->scheduled);
	table_cell(t, STYLE_NONE, "%" PRId64, counts->deferred);
	table_cell(t, counts->failed ? STYLE_BAD : STYLE_NONE, "%" PRId64, counts->failed);
}

static void add_rates(struct table *t, const struct rates *rates)
{
	if (!rates) {
		for (int i = 0; i < N_RATES; i++)
			table_empty_cell(t);
		return;
	}
	table_cell(t, STYLE_NONE, "%.1f", rates->enqueued);
	table_cell(t, STYLE_NONE, "%.1f", rates->finished);
	table_cell(t, STYLE_NONE, "%.1f", rates->failed);
}

static void print_queues(const struct look *look, bool has_rates, const struct look *before)
{
	struct table t;

	table_init(&t, has_rates ? watch_columns : columns);
	t.has_head = true;
	for (size_t i = 0; i < look->n; i++) {
		struct rates rates;

		add_queue(&t, look->names[i], &look->counts[i]);
		if (has_rates)
			add_rates(&t, find_rates(look, i, before, &rates) ? &rates : NULL);
	}
	table_print(&t);
	table_fini(&t);
}

void look_print(const struct look *look, bool has_rates, const struct look *before)
{
	if (output_mode() == OUTPUT_JSON) {
		print_json(look, before);
		return;
	}
	print_queues(look, has_rates, before);
	output_line("%s", "");
	worker_rows_print(&look->workers, true);
}
