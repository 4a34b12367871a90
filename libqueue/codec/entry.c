/* SPDX-License-Identifier: MIT */
/* What a worker writes behind a record when it settles a job: docs/protocol.md, section 2. */
#include "worker-protocol.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "macro.h"
#include "pack.h"
#include "record-scan.h"

/* When, worker, delay and limits around the largest content. */
#define ENTRY_MAX (MAX(LQ_RESULT_MAX, LQ_FAILURE_MAX) + 1024)

static void write_limits(struct lq_writer *w, const struct lq_entry *e)
{
	lq__write_array(w, 2);
	lq__write_int(w, e->timeout_ms);
	lq__write_int(w, e->max_attempts);
}

static void write_failure(struct lq_writer *w, const struct lq_failure_report *failure)
{
	if (failure)
		lq__failure_write(w, failure);
	else
		lq__write_nil(w);
}

static void write_result(struct lq_writer *w, const struct lq_entry *e)
{
	if (e->result)
		lq__write_bin(w, e->result, e->result_size);
	else
		lq__write_nil(w);
}

static void write_info(struct lq_writer *w, const struct lq_entry *e)
{
	switch (e->kind) {
	case LQ_ENTRY_RETRY:
		lq__write_array(w, 3);
		lq__write_int(w, e->delay_ms);
		write_failure(w, e->failure);
		write_limits(w, e);
		break;
	case LQ_ENTRY_SNOOZE:
		lq__write_array(w, 3);
		lq__write_int(w, e->delay_ms);
		lq__write_text(w, e->text);
		write_limits(w, e);
		break;
	case LQ_ENTRY_UNKNOWN:
		lq__write_array(w, 2);
		lq__write_int(w, e->delay_ms);
		lq__write_int(w, e->unknown_since_ms);
		break;
	case LQ_ENTRY_FINISHED:
		lq__write_array(w, 2);
		write_result(w, e);
		write_limits(w, e);
		break;
	case LQ_ENTRY_FAILED:
	case LQ_ENTRY_STOPPED:
		lq__write_array(w, 2);
		write_failure(w, e->failure);
		write_limits(w, e);
		break;
	case LQ_ENTRY_RETURN:
		lq__write_nil(w);
		break;
	case LQ_ENTRY_CANCELED:
		lq__write_text(w, e->text);
		break;
	case LQ_ENTRY_ENVELOPE:
	case LQ_ENTRY_LOST:
	case LQ_ENTRY_REQUEUED:
	default:
		w->error = -EINVAL; /* written by others */
	}
}

/* The counters stay at their end: a job without limits may outlive 16 bits of them. */
static void write_tail(struct lq_writer *w, const struct lq_entry *e)
{
	lq__write_u64(w, e->token);
	lq__write_u32(w, e->snoozes);
	lq__write_u16(w, (uint16_t)MIN(e->losses, UINT16_MAX));
	lq__write_u16(w, (uint16_t)MIN(e->attempts, UINT16_MAX));
	lq__write_int(w, (int64_t)e->kind);
}

int lq_entry_encode(const struct lq_entry *entry, void **ret_bytes, size_t *ret_size)
{
	struct lq_writer w;

	if (entry->result_size > LQ_RESULT_MAX)
		return -EMSGSIZE;
	lq__writer_init(&w, ENTRY_MAX);
	lq__write_array(&w, LQ_ENTRY_FIELDS);
	lq__write_u64(&w, (uint64_t)entry->when_ms);
	lq__write_text(&w, entry->worker);
	write_info(&w, entry);
	write_tail(&w, entry);
	int r = lq__writer_take(&w, ret_bytes, ret_size);
	lq__writer_fini(&w);
	return r;
}

/* Where the last `keep` entries begin; s stands behind the envelope. */
static int find_last(struct lq_scan s, size_t keep, const uint8_t **ret_begin)
{
	const uint8_t *begins[LQ_HISTORY_MAX]; /* a ring */
	struct lq_entry_view view;
	size_t n = 0;

	while (s.at < s.end) {
		begins[n++ % keep] = s.at;
		if (lq__entry_scan(&s, &view) < 0)
			return -EPROTO;
	}
	*ret_begin = n == 0 ? s.end : n < keep ? begins[0] : begins[n % keep];
	return 0;
}

int lq_record_compose(const void *record, size_t record_size, const void *entry, size_t entry_size,
		      void **ret_bytes, size_t *ret_size)
{
	struct lq_scan s = { record, (const uint8_t *)record + record_size };
	struct lq_envelope_view envelope;
	const uint8_t *history;

	if (lq__envelope_scan(&s, &envelope) < 0 || find_last(s, LQ_HISTORY_MAX - 1, &history) < 0)
		return -EPROTO;
	size_t envelope_size = record_size - (size_t)(s.end - s.at);
	size_t history_size = (size_t)(s.end - history);
	uint8_t *bytes = malloc(envelope_size + history_size + entry_size);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, record, envelope_size);
	memcpy(bytes + envelope_size, history, history_size);
	memcpy(bytes + envelope_size + history_size, entry, entry_size);
	*ret_bytes = bytes;
	*ret_size = envelope_size + history_size + entry_size;
	return 0;
}
