/* SPDX-License-Identifier: MIT */
/* Counting jobs by what they have in common. */
#include "list-by.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "macro.h"
#include "output-table.h"
#include "parse.h"

const char *const by_names[N_BY] = {
	[BY_HANDLER] = "handler",
	[BY_KIND] = "kind",
	[BY_WORKER] = "worker",
};

static const struct column columns[N_BY][5] = {
	[BY_HANDLER] = { { "HANDLER", false },
			 { "COUNT", true },
			 { "NEWEST", false },
			 { "ID", false } },
	[BY_KIND] = { { "KIND", false }, { "COUNT", true }, { "NEWEST", false }, { "ID", false } },
	[BY_WORKER] = { { "WORKER", false },
			{ "COUNT", true },
			{ "NEWEST", false },
			{ "ID", false } },
};

void groups_fini(struct groups *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->groups[i].key);
	free(g->groups);
	g->groups = NULL;
	g->n = g->capacity = 0;
}

static const char *key_of(const struct groups *g, const struct lq_job_row *row)
{
	const char *key = g->by == BY_HANDLER ? row->handler
			  : g->by == BY_KIND  ? row->kind
					      : row->worker;

	return key ? key : "";
}

/* Where the key is, or would be. */
static size_t place_of(const struct groups *g, const char *key)
{
	size_t low = 0, high = g->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(g->groups[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int insert(struct groups *g, size_t place, const char *key)
{
	char *copy;

	if (g->n == g->capacity) {
		size_t capacity = MAX((size_t)16, g->capacity * 2);
		struct group *groups = reallocarray(g->groups, capacity, sizeof(*groups));

		if (!groups)
			return -ENOMEM;
		g->groups = groups;
		g->capacity = capacity;
	}
	copy = strdup(key);
	if (!copy)
		return -ENOMEM;
	memmove(&g->groups[place + 1], &g->groups[place], (g->n - place) * sizeof(*g->groups));
	g->groups[place] = (struct group){ .key = copy, .newest_at_ms = -1 };
	g->n++;
	return 0;
}

int groups_add(struct groups *g, const struct lq_job_row *row)
{
	const char *key = key_of(g, row);
	size_t place = place_of(g, key);
	struct group *group;

	if (place == g->n || strcmp(g->groups[place].key, key) != 0) {
		int r = insert(g, place, key);

		if (r < 0)
			return r;
	}
	group = &g->groups[place];
	group->count++;
	if (row->at_ms > group->newest_at_ms) {
		group->newest_at_ms = row->at_ms;
		(void)snprintf(group->newest_id, sizeof(group->newest_id), "%s", row->id);
	}
	return 0;
}

static int compare(const void *pa, const void *pb)
{
	const struct group *a = pa, *b = pb;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->key, b->key);
}

static void print_json(const struct groups *g, const struct group *group)
{
	json_t *json = json_object();

	output_set_text(json, by_names[g->by], group->key);
	output_set_number(json, "count", group->count);
	output_set_time(json, "newest_at", group->newest_at_ms);
	output_set_text(json, "newest_id", group->newest_id);
	output_json(json);
}

static void add_to_table(struct table *t, const struct group *group)
{
	char time[FORMAT_TIME_SIZE];

	table_cell(t, STYLE_NONE, "%s", group->key);
	table_cell(t, STYLE_NONE, "%" PRId64, group->count);
	table_cell(t, STYLE_NONE, "%s",
		   group->newest_at_ms < 0 ? "" : format_time_ms(group->newest_at_ms, time));
	table_cell(t, STYLE_NONE, "%s", group->newest_id);
}

void groups_print(struct groups *g)
{
	struct table t;

	table_init(&t, columns[g->by]);
	if (g->n > 0)
		qsort(g->groups, g->n, sizeof(*g->groups), compare);
	for (size_t i = 0; i < g->n; i++) {
		if (output_mode() == OUTPUT_JSON)
			print_json(g, &g->groups[i]);
		else
			add_to_table(&t, &g->groups[i]);
	}
	if (output_mode() != OUTPUT_JSON)
		table_print(&t);
	table_fini(&t);
}
