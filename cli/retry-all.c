/* SPDX-License-Identifier: MIT */
/*
 * Trying again all failed jobs of a queue.
 *
 * Pages go from the newest failure to the oldest, so a job that fails again meanwhile is behind us;
 * the number of failed jobs at the start bounds it all the same.
 */
#include "retry-all.h"

#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "counts.h"
#include "progress.h"

struct work {
	struct context *c;
	const struct retry_choice *choice;
	int64_t n_seen, n_done, limit;
	struct progress progress;
	int code;
};

static bool is_chosen(const struct retry_choice *choice, const struct lq_job_row *row)
{
	if (choice->handler && strcmp(choice->handler, row->handler) != 0)
		return false;
	return !choice->kind || (row->kind && strcmp(choice->kind, row->kind) == 0);
}

/* 0, or a negative errno. A job that somebody else took meanwhile is not ours to count. */
static int retry_row(struct work *w, const struct lq_job_row *row)
{
	int r;

	if (w->choice->only_count) {
		w->n_done++;
		return 0;
	}
	r = lq_job_requeue(w->c->client, w->choice->queue, row->id);
	if (r == 0)
		w->n_done++;
	else if (r == LQ_LOCKED)
		w->code = context_fail_call(w->c, r, row->id);
	return r < 0 ? r : 0;
}

static int retry_page(struct work *w, const struct lq_job_page *page)
{
	for (size_t i = 0; i < page->n && w->n_seen < w->limit; i++) {
		int r;

		w->n_seen++;
		if (!is_chosen(w->choice, &page->rows[i]))
			continue;
		r = retry_row(w, &page->rows[i]);
		if (r < 0)
			return r;
		progress_step(&w->progress, w->n_seen);
	}
	return 0;
}

/* 0 or a negative errno. */
static int retry_pages(struct work *w)
{
	char cursor[sizeof(((struct lq_job_row *)0)->cursor)] = "";
	bool more = true;

	while (more && w->n_seen < w->limit) {
		_cleanup_(lq_job_page_free) struct lq_job_page page = { 0 };
		int r = lq_job_list(w->c->client, w->choice->queue, LQ_JOB_FAILED,
				    *cursor ? cursor : NULL, LQ_PAGE_MAX, &page);

		if (r == 0)
			r = retry_page(w, &page);
		if (r < 0)
			return r;
		more = page.more && page.n > 0;
		if (more)
			(void)snprintf(cursor, sizeof(cursor), "%s", page.rows[page.n - 1].cursor);
	}
	return 0;
}

int retry_all(struct context *c, const struct retry_choice *choice)
{
	struct work w = { .c = c, .choice = choice, .progress = { .what = "looked at" } };
	struct lq_queue_counts counts;
	int r = lq_queue_stats(c->client, choice->queue, &counts);

	if (r < 0)
		return context_fail_call(c, r, choice->queue);
	w.limit = w.progress.total = counts.failed;
	r = retry_pages(&w);
	progress_end(&w.progress);
	r = counts_print(c, choice->queue, w.n_done, r);
	return r ? r : w.code;
}
