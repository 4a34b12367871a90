/* SPDX-License-Identifier: MIT */
/* Records for the rows of a listing. Their sizes are asked for first: a page of 1,000 rows may
 * stand for 2 GiB. */
#include "list-rows.h"

#include "args.h"
#include "cleanup.h"
#include "clock.h"
#include "info.h"
#include "keys.h"
#include "macro.h"
#include "record-format.h"
#include "script-call.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define CHUNK_BYTES LQ_BATCH_BYTES
#define CHUNK_ROWS 200

static void on_size(void *userdata, int error, const struct reply *message)
{
	struct lq__listed *listed = userdata;
	int64_t size;

	if (!error && lq__reply_want_int(message, &size) == 0 && size > 0)
		listed->record_size = (size_t)size;
}

static int no_memory(const struct lq__rows *rows)
{
	return lq__client_fail(rows->client, -ENOMEM, "no memory to list queue '%s'", rows->queue);
}

static int ask_sizes(const struct lq__rows *rows, struct lq__listed *listed, size_t n)
{
	struct lq_conn *conn = lq__client_conn(rows->client);
	char key[LQ__KEY_SIZE];
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++) {
		(void)lq__key_job(key, lq__conn_prefix(conn), rows->queue, listed[i].id);

		const struct lq__arg args[] = { { "STRLEN", 6 }, { key, strlen(key) } };

		listed[i].record_size = 0;
		r = lq__conn_command(conn, args, 2, on_size, &listed[i]);
	}
	if (r < 0)
		(void)no_memory(rows);

	/* Also after a failure: what has been sent answers into the rows. */
	int finished = lq__client_finish(rows->client);

	return r < 0 ? r : finished;
}

/* Times and what hangs on them; by this machine's clock where the server's now is needed. */
static void fill_started(struct lq_job_row *row, const struct lq__listed *listed,
			 const struct lq_job_info *info)
{
	row->at_ms = (int64_t)(listed->score / LQ_TOKEN_PER_MS);
	row->running_ms = MAX(clock_realtime_ms() - row->at_ms, 0);
	if (info && info->timeout_ms >= 0)
		row->time_left_ms = MAX(info->timeout_ms - row->running_ms, 0);
}

static void fill_times(struct lq_job_row *row, const struct lq__listed *listed,
		       const struct lq_job_info *info)
{
	if (row->state == LQ_JOB_STARTED)
		fill_started(row, listed, info);
	else if (row->state == LQ_JOB_SCHEDULED)
		row->at_ms = (int64_t)listed->score;
	else if (info && (row->state == LQ_JOB_QUEUED || row->state == LQ_JOB_DEFERRED))
		row->at_ms = info->enqueued_at_ms;
	else if (info)
		row->at_ms = info->ended_at_ms;
}

static int fill_text(struct lq_job_row *row, const struct lq__listed *listed,
		     struct lq_job_info *info)
{
	if (listed->worker && *listed->worker) {
		row->worker = lq__worker_display_name(listed->worker);
		if (!row->worker)
			return -ENOMEM;
	}
	if (info && info->handler && strlen(info->handler) <= LQ_NAME_MAX)
		memcpy(row->handler, info->handler, strlen(info->handler) + 1);
	if (info && info->failure && row->state == LQ_JOB_FAILED) {
		row->kind = TAKE(info->failure->kind);
		row->message = TAKE(info->failure->message);
	}
	return 0;
}

/* A record that is damaged still has a row: it is there to be deleted. */
static int add_row(struct lq__rows *rows, const struct lq__listed *listed,
		   const struct reply *record)
{
	_cleanup_(lq__cleanup_info) struct lq_job_info *info = NULL;
	struct lq_job_row *row = &rows->rows[rows->n];
	int r = lq__record_info(rows->queue, listed->id, record->str, record->size, &info);

	if (r == -ENOMEM)
		return no_memory(rows);
	if (strlen(listed->id) >= sizeof(row->id) || strlen(listed->cursor) >= sizeof(row->cursor))
		return lq__fail_reply(rows->client, "list");
	*row = (struct lq_job_row){ .state = rows->state, .at_ms = -1, .time_left_ms = -1 };
	memcpy(row->id, listed->id, strlen(listed->id) + 1);
	memcpy(row->cursor, listed->cursor, strlen(listed->cursor) + 1);
	row->attempt = info ? info->attempt : 0;
	fill_times(row, listed, info);
	if (fill_text(row, listed, info) < 0)
		return no_memory(rows);
	rows->n++;
	return 0;
}

/* The records of a chunk; nil for those that have gone meanwhile. */
static int get_records(const struct lq__rows *rows, const struct lq__listed *listed, size_t n,
		       struct reply **ret)
{
	_cleanup_(lq__args_fini) struct lq__args args = LQ__ARGS_INIT;
	const char *prefix = lq__conn_prefix(lq__client_conn(rows->client));
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "MGET");
	for (size_t i = 0; i < n; i++)
		lq__args_copy(&args, lq__key_job(key, prefix, rows->queue, listed[i].id));
	if (args.error)
		return no_memory(rows);
	return lq__client_command(rows->client, args.items, args.n, ret);
}

static size_t chunk_length(const struct lq__listed *listed, size_t n)
{
	size_t length = 0, bytes = 0;

	while (length < n && length < CHUNK_ROWS) {
		bytes += listed[length].record_size;
		if (length > 0 && bytes > CHUNK_BYTES)
			break;
		length++;
	}
	return length;
}

static int add_rows(struct lq__rows *rows, const struct lq__listed *listed, size_t n,
		    const struct reply *records)
{
	int r = 0;

	if (lq__reply_want_array(records, n, n) < 0)
		return lq__fail_reply(rows->client, "MGET");
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (records->elements[i]->type == REPLY_STRING)
			r = add_row(rows, &listed[i], records->elements[i]);
	}
	return r;
}

static int add_chunk(struct lq__rows *rows, const struct lq__listed *listed, size_t n)
{
	_cleanup_(lq__cleanup_reply) struct reply *records = NULL;
	int r = get_records(rows, listed, n, &records);

	if (r < 0)
		return r;
	assert(records);
	return add_rows(rows, listed, n, records);
}

int lq__rows_fetch(struct lq__rows *rows, struct lq__listed *listed, size_t n)
{
	int r = n > 0 ? ask_sizes(rows, listed, n) : 0;

	for (size_t i = 0, length; i < n && r >= 0; i += length) {
		length = chunk_length(listed + i, n - i);
		r = add_chunk(rows, listed + i, length);
	}
	return r;
}
