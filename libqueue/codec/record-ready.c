/* SPDX-License-Identifier: MIT */
/*
 * Since when a waiting job may run. The last entry tells; where there is none, the
 * envelope: made, and its delay or time. Of a large record only the end is at hand. An
 * entry's beginning is then found by trying: one that parses as an entry and ends
 * where the record ends is it.
 */
#include "record-ready.h"

#include "record-format.h"
#include "scan.h"

#include <errno.h>
#include <stdbool.h>

#define ARRAY_HEAD 0x90 /* msgpack's fixarray */
#define CREATED_SIZE 10 /* the end of an envelope: cf, 8 bytes, and its kind */
#define TIME_MAX INT64_MAX

/* The delay, first in the info of the kinds that have one. */
static int scan_delay(struct lq_scan info, uint64_t kind, uint64_t *ret)
{
	size_t n;

	*ret = 0;
	if (kind != LQ_ENTRY_RETRY && kind != LQ_ENTRY_SNOOZE && kind != LQ_ENTRY_UNKNOWN)
		return 0;
	if (lq__scan_array(&info, &n) < 0 || n == 0)
		return -EPROTO;
	return lq__scan_uint(&info, TIME_MAX, ret);
}

/* One entry that ends the record; when it was written, plus its delay. */
static int scan_last_entry(struct lq_scan s, int64_t *ret_ms)
{
	uint64_t when, kind, delay;
	size_t n;

	if (lq__scan_array(&s, &n) < 0 || n != LQ_ENTRY_FIELDS ||
	    lq__scan_uint(&s, TIME_MAX, &when) < 0 || lq__scan_skip(&s) < 0)
		return -EPROTO;

	struct lq_scan info = s;

	/* info, token, snoozes, losses, attempts */
	for (int i = 0; i < 5; i++) {
		if (lq__scan_skip(&s) < 0)
			return -EPROTO;
	}
	if (lq__scan_uint(&s, LQ_ENTRY_STOPPED, &kind) < 0 || s.at != s.end ||
	    scan_delay(info, kind, &delay) < 0 || delay > TIME_MAX - when)
		return -EPROTO;
	*ret_ms = (int64_t)(when + delay);
	return 0;
}

static int find_last_entry(const uint8_t *record, size_t size, int64_t *ret_ms)
{
	for (size_t i = size; i-- > 0;) {
		const struct lq_scan s = { .at = record + i, .end = record + size };

		if (record[i] == (ARRAY_HEAD | LQ_ENTRY_FIELDS) && scan_last_entry(s, ret_ms) == 0)
			return 0;
	}
	return -EPROTO;
}

/* The times that the caller asked for; 0: none. */
static int scan_options(struct lq_scan *s, uint64_t *ret_delay, uint64_t *ret_run_at)
{
	size_t n;

	*ret_delay = *ret_run_at = 0;
	if (lq__scan_map(s, &n) < 0)
		return -EPROTO;
	for (size_t i = 0; i < n; i++) {
		uint64_t key;
		int r;

		if (lq__scan_uint(s, UINT64_MAX, &key) < 0)
			return -EPROTO;
		if (key == LQ_OPTION_DELAY)
			r = lq__scan_uint(s, TIME_MAX, ret_delay);
		else if (key == LQ_OPTION_RUN_AT)
			r = lq__scan_uint(s, TIME_MAX, ret_run_at);
		else
			r = lq__scan_skip(s);
		if (r < 0)
			return -EPROTO;
	}
	return 0;
}

/* A whole envelope and nothing else. */
static int scan_envelope(struct lq_scan s, int64_t *ret_ms)
{
	uint64_t delay, run_at, created, kind;
	size_t n;

	if (lq__scan_array(&s, &n) < 0 || n != LQ_ENVELOPE_FIELDS)
		return -EPROTO;
	/* version, unique key, handler, arguments */
	for (int i = 0; i < 4; i++) {
		if (lq__scan_skip(&s) < 0)
			return -EPROTO;
	}
	if (scan_options(&s, &delay, &run_at) < 0 || lq__scan_uint(&s, TIME_MAX, &created) < 0 ||
	    lq__scan_uint(&s, LQ_ENTRY_ENVELOPE, &kind) < 0 || delay > TIME_MAX - created)
		return -EPROTO;
	*ret_ms = (int64_t)(run_at > created ? run_at : created + delay);
	return 0;
}

static int scan_created(const uint8_t *record, size_t size, int64_t *ret_ms)
{
	struct lq_scan s = { .at = record + size - CREATED_SIZE, .end = record + size };
	uint64_t created;

	if (lq__scan_uint(&s, TIME_MAX, &created) < 0 || s.at != s.end - 1)
		return -EPROTO;
	*ret_ms = (int64_t)created;
	return 0;
}

int lq__record_ready(const void *record, size_t size, int64_t *ret_ms)
{
	const uint8_t *bytes = record;

	if (size < CREATED_SIZE)
		return -EPROTO;
	if (bytes[size - 1] != LQ_ENTRY_ENVELOPE)
		return find_last_entry(bytes, size, ret_ms);
	if (scan_envelope((struct lq_scan){ .at = bytes, .end = bytes + size }, ret_ms) == 0)
		return 0;
	return scan_created(bytes, size, ret_ms);
}
