/* SPDX-License-Identifier: MIT */
/*
 * lq_job_list(): a page of the jobs in a state. The script looks at a bounded number of
 * entries, so that a page of it may be short; it is asked again until the page is full.
 */
#include "cleanup.h"
#include "list-rows.h"
#include "names.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <string.h>

#define CURSOR_SIZE sizeof(((struct lq_job_row *)NULL)->cursor)

struct listing {
	struct lq__rows rows;
	size_t limit;
	char after[CURSOR_SIZE]; /* where the script goes on; "": from the start, or at the end */
};

static void listing_fini(struct listing *l)
{
	struct lq_job_page page = { .rows = l->rows.rows, .n = l->rows.n };

	lq_job_page_free(&page);
}

static int read_listed(const struct reply *const *elements, bool with_worker,
		       struct lq__listed *ret)
{
	size_t id_size, size;

	*ret = (struct lq__listed){ .worker = NULL };
	if (lq__reply_want_str(elements[0], &ret->id, &id_size) < 0 || strlen(ret->id) != id_size ||
	    !lq__is_job_id(ret->id) || lq__reply_want_str(elements[2], &ret->cursor, &size) < 0)
		return -EPROTO;
	if (with_worker && lq__reply_want_str(elements[3], &ret->worker, &size) < 0)
		return -EPROTO;
	/* The expiry of what is kept for ever is "inf": no number, and not shown. */
	if (lq__reply_want_uint(elements[1], &ret->score) < 0)
		ret->score = 0;
	return 0;
}

/* Rows of three elements (started: four), then the cursor to go on with. */
static int read_page(struct listing *l, const struct reply *message, struct lq__listed *ret,
		     size_t *ret_n)
{
	size_t width = l->rows.state == LQ_JOB_STARTED ? 4 : 3, size;
	size_t room = l->limit - l->rows.n;
	const char *after;

	if (lq__reply_want_array(message, 1, width * room + 1) < 0 || message->size % width != 1)
		return -EPROTO;
	*ret_n = message->size / width;
	for (size_t i = 0; i < *ret_n; i++) {
		const struct reply *elements[4] = { 0 };

		memcpy(elements, message->elements + i * width, width * sizeof(*elements));
		if (read_listed(elements, width == 4, &ret[i]) < 0)
			return -EPROTO;
	}
	if (lq__reply_want_str(message->elements[message->size - 1], &after, &size) < 0 ||
	    size >= sizeof(l->after))
		return -EPROTO;
	memcpy(l->after, after, size + 1);
	return 0;
}

static int list_some(struct listing *l, struct lq__listed *listed)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	struct lq__rows *rows = &l->rows;
	size_t n;
	int r = lq__script_call(rows->client, LQ_SCRIPT_LIST, rows->queue, &message, "ssi",
				lq_job_state_name(rows->state), l->after,
				(int64_t)(l->limit - rows->n));

	if (r < 0)
		return r;
	if (read_page(l, message, listed, &n) < 0)
		return lq__fail_reply(rows->client, "list");
	return lq__rows_fetch(rows, listed, n);
}

static int list_all(struct listing *l)
{
	_cleanup_(cleanup_free) struct lq__listed *listed = calloc(l->limit, sizeof(*listed));
	int r;

	l->rows.rows = calloc(l->limit, sizeof(*l->rows.rows));
	if (!listed || !l->rows.rows)
		return lq__client_fail(l->rows.client, -ENOMEM, "no memory to list %zu jobs",
				       l->limit);
	do {
		r = list_some(l, listed);
	} while (r >= 0 && l->after[0] && l->rows.n < l->limit);
	return r;
}

/* The last row leads to where the script has got to: that saves a look at what it passed over. */
static void give_page(struct listing *l, struct lq_job_page *ret)
{
	*ret = (struct lq_job_page){ .rows = l->rows.rows,
				     .n = l->rows.n,
				     .more = l->after[0] != '\0' };
	l->rows.rows = NULL;
	if (ret->more)
		memcpy(ret->rows[ret->n - 1].cursor, l->after, sizeof(l->after));
}

static int check(struct lq_client *client, const char *queue, enum lq_job_state state,
		 const char *after, size_t limit)
{
	int r = lq__validate_queue(client, queue);

	if (r < 0)
		return r;
	if ((unsigned int)state >= LQ_N_JOB_STATES)
		return lq__client_fail(client, -EINVAL, "%d is no state of a job", (int)state);
	if (limit < 1 || limit > LQ_PAGE_MAX)
		return lq__client_fail(client, -EINVAL,
				       "cannot list %zu jobs: a page has 1 to %d rows", limit,
				       LQ_PAGE_MAX);
	if (after && strlen(after) >= CURSOR_SIZE)
		return lq__client_fail(client, -EINVAL,
				       "the cursor is too long: take it from a row of a page");
	return 0;
}

int lq_job_list(struct lq_client *client, const char *queue, enum lq_job_state state,
		const char *after, size_t limit, struct lq_job_page *ret_page)
{
	_cleanup_(listing_fini) struct listing l = {
		.rows = { .client = client, .queue = queue, .state = state }, .limit = limit
	};
	int r = lq__client_check(client);

	if (r >= 0)
		r = check(client, queue, state, after, limit);
	if (r < 0)
		return r;
	if (!ret_page)
		return lq__client_fail(client, -EINVAL, "ret_page is missing (NULL)");
	if (after)
		memcpy(l.after, after, strlen(after) + 1);
	r = lq__client_begin(client, 0);
	if (r >= 0)
		r = list_all(&l);
	if (r >= 0)
		give_page(&l, ret_page);
	return r;
}

void lq_job_page_free(struct lq_job_page *page)
{
	if (!page)
		return;
	for (size_t i = 0; page->rows && i < page->n; i++) {
		free(page->rows[i].worker);
		free(page->rows[i].kind);
		free(page->rows[i].message);
	}
	free(page->rows);
	*page = (struct lq_job_page){ .n = 0 };
}
