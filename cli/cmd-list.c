/* SPDX-License-Identifier: MIT */
/* lq list: the jobs in a state, paged; or how many have what in common. */
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "command-context.h"
#include "list-by.h"
#include "list-rows.h"
#include "macro.h"
#include "words.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000000
#define COUNTED_MAX 10000

enum { OPT_QUEUE, OPT_LIMIT, OPT_AFTER, OPT_BY };

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE",
			"that queue's; else each known one's, one after another" },
	[OPT_LIMIT] = { "limit", 0, OPTION_VALUE, "N", "at most so many of a queue; 100" },
	[OPT_AFTER] = { "after", 0, OPTION_VALUE, "CURSOR", "go on behind that row" },
	[OPT_BY] = { "by", 0, OPTION_VALUE, "WHAT",
		     "count the newest 10,000 by handler, kind or worker" },
	{ 0 },
};

struct listing {
	struct context *c;
	enum lq_job_state state;
	const char *after;
	int64_t limit;
	bool is_counted;
	struct groups groups;
	struct table table;
};

static void listing_fini(struct listing *l)
{
	table_fini(&l->table);
	groups_fini(&l->groups);
}

static int add_page(struct listing *l, const char *queue, const struct lq_job_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		if (!l->is_counted)
			list_rows_add(&l->table, queue, &page->rows[i]);
		else if (groups_add(&l->groups, &page->rows[i]) < 0)
			return context_fail(l->c, LQ_EXIT_NOT, "out of memory");
	}
	/* A terminal's columns need all rows; a script gets each page at once. */
	if (output_mode() == OUTPUT_PLAIN)
		table_print(&l->table);
	output_flush();
	return 0;
}

static void print_more(const struct listing *l, const char *queue, const char *cursor)
{
	if (l->is_counted || output_mode() == OUTPUT_JSON)
		return;
	(void)fprintf(stderr, "more: %s%s%s--after %s\n", l->c->args.values[OPT_QUEUE] ? "" : "-q ",
		      l->c->args.values[OPT_QUEUE] ? "" : queue,
		      l->c->args.values[OPT_QUEUE] ? "" : " ", cursor);
}

static int list_queue(struct listing *l, const char *queue)
{
	char cursor[sizeof(((struct lq_job_row *)0)->cursor)] = "";
	const char *after = l->after;
	int64_t left = l->limit;
	bool more = true;

	while (more && left > 0) {
		_cleanup_(lq_job_page_free) struct lq_job_page page = { 0 };
		int r = lq_job_list(l->c->client, queue, l->state, after,
				    (size_t)MIN(left, (int64_t)LQ_PAGE_MAX), &page);

		if (r < 0)
			return context_fail_call(l->c, r, queue);
		r = add_page(l, queue, &page);
		if (r != 0)
			return r;
		left -= (int64_t)page.n;
		more = page.more && page.n > 0;
		if (more)
			(void)snprintf(cursor, sizeof(cursor), "%s", page.rows[page.n - 1].cursor);
		after = cursor;
	}
	if (!l->is_counted && output_mode() == OUTPUT_TABLE)
		table_print(&l->table);
	if (more)
		print_more(l, queue, cursor);
	return 0;
}

static int list_queues(struct listing *l)
{
	const char *queue = l->c->args.values[OPT_QUEUE];
	int r = context_open(l->c);

	if (r == 0 && queue)
		r = list_queue(l, queue);
	else if (r == 0)
		r = context_load_queues(l->c);
	for (size_t i = 0; r == 0 && !queue && i < l->c->queues.n; i++)
		r = list_queue(l, l->c->queues.names[i]);
	if (r == 0 && l->is_counted)
		groups_print(&l->groups);
	return r;
}

static int parse_by(struct listing *l, const char *text)
{
	for (l->groups.by = 0; l->groups.by < N_BY; l->groups.by++) {
		if (strcmp(by_names[l->groups.by], text) == 0)
			break;
	}
	if (l->groups.by == N_BY)
		return context_fail_usage(l->c, "--by: handler, kind or worker, not \"%.32s\"",
					  text);
	if (l->groups.by == BY_KIND && l->state != LQ_JOB_FAILED)
		return context_fail_usage(l->c, "--by kind: only failed jobs have one");
	if (l->groups.by == BY_WORKER && l->state != LQ_JOB_STARTED)
		return context_fail_usage(l->c, "--by worker: only started jobs have one");
	l->is_counted = true;
	l->limit = COUNTED_MAX;
	return 0;
}

static int parse(struct listing *l)
{
	struct context *c = l->c;
	const char *const *values = c->args.values;

	if (!context_want_words(c, 1, 1) || word_queue(c, values[OPT_QUEUE]) != 0)
		return LQ_EXIT_USAGE;
	if (lq_job_state_parse(c->args.words[0], &l->state) < 0)
		return context_fail_usage(c,
					  "no state \"%.32s\": deferred, scheduled, queued, "
					  "started, finished, failed, canceled or stopped",
					  word_shown(c->args.words[0]));
	if (values[OPT_LIMIT] &&
	    word_count(c, "limit", values[OPT_LIMIT], 1, LIMIT_MAX, &l->limit) != 0)
		return LQ_EXIT_USAGE;
	if (values[OPT_AFTER] && !values[OPT_QUEUE])
		return context_fail_usage(c, "--after needs -q QUEUE");
	if (values[OPT_BY] && (values[OPT_LIMIT] || values[OPT_AFTER]))
		return context_fail_usage(c, "--by counts whole: no --limit, no --after");
	l->after = values[OPT_AFTER];
	return values[OPT_BY] ? parse_by(l, values[OPT_BY]) : 0;
}

static int run(struct context *c)
{
	_cleanup_(listing_fini) struct listing l = { .c = c, .limit = LIMIT_DEFAULT };
	int r = parse(&l);

	if (r != 0)
		return r;
	list_rows_init(&l.table, l.state);
	return list_queues(&l);
}

const struct command cmd_list = {
	.name = "list",
	.usage = "[-q QUEUE] [--limit N] [--after CURSOR] STATE\n"
		 "[-q QUEUE] --by handler|kind|worker STATE",
	.summary = "List the jobs in a state",
	.details = "STATE is deferred, scheduled, queued, started, finished, failed, canceled or "
		   "stopped.\n"
		   "Waiting jobs stand in the order they will run, ended ones newest first.\n"
		   "Where there are more, stderr says how to go on.",
	.options = options,
	.run = run,
};
