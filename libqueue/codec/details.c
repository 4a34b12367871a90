/* SPDX-License-Identifier: MIT */
/* The info of an entry, which has another form for each kind: docs/protocol.md, section 2. */
#include "attempt.h"

#include <errno.h>
#include <string.h>

#include "failure.h"
#include "macro.h"

static int scan_limits(struct lq_scan *s, struct lq_details *d)
{
	int64_t timeout_ms, max_attempts;
	size_t n;

	if (lq__scan_array(s, &n) < 0 || n < 2 || lq__scan_int(s, &timeout_ms) < 0 ||
	    lq__scan_int(s, &max_attempts) < 0)
		return -EPROTO;
	d->has_limits = true;
	d->timeout_ms = MAX(timeout_ms, LQ_FOREVER);
	d->max_attempts = (int)MIN(MAX(max_attempts, LQ_FOREVER), UINT16_MAX);
	return 0;
}

static int scan_failure(struct lq_scan *s, struct lq_details *d)
{
	struct lq_scan map = *s;
	size_t n;

	if (lq__scan_nil(s) == 0)
		return 0;
	if (lq__scan_map(&map, &n) < 0)
		return -EPROTO;
	d->failure = *s;
	return lq__scan_skip(s);
}

static int scan_result(struct lq_scan *s, struct lq_details *d)
{
	if (lq__scan_nil(s) == 0)
		return 0;
	return lq__scan_bin(s, &d->result, &d->result_size);
}

static int scan_middle(struct lq_scan *s, uint8_t kind, struct lq_details *d)
{
	switch (kind) {
	case LQ_ENTRY_FINISHED:
		return scan_result(s, d);
	case LQ_ENTRY_SNOOZE:
		return lq__scan_skip(s); /* words, or nil */
	default:
		return scan_failure(s, d);
	}
}

/* [result or error, limits], with a delay in front where it goes on. */
static int scan_settled(struct lq_scan *s, uint8_t kind, struct lq_details *d)
{
	bool has_delay = kind == LQ_ENTRY_RETRY || kind == LQ_ENTRY_SNOOZE;
	int64_t delay_ms;
	size_t n;

	if (lq__scan_array(s, &n) < 0 || n < (has_delay ? 3 : 2))
		return -EPROTO;
	if (has_delay && lq__scan_int(s, &delay_ms) < 0)
		return -EPROTO;
	if (scan_middle(s, kind, d) < 0)
		return -EPROTO;
	return scan_limits(s, d);
}

static int scan_terminal(struct lq_scan *s, uint8_t kind, struct lq_details *d)
{
	const char *text;
	size_t size;

	if (lq__scan_str(s, &text, &size) == 0) {
		d->is_lost_worker = true;
		return 0;
	}
	if (kind == LQ_ENTRY_STOPPED && lq__scan_nil(s) == 0) {
		d->is_after_settle = true;
		return 0;
	}
	return scan_settled(s, kind, d);
}

int lq__details_scan(const struct lq_entry_view *entry, struct lq_details *ret)
{
	struct lq_scan s = entry->info;
	const char *text;
	size_t size;

	*ret = (struct lq_details){ .has_limits = false };
	switch (entry->tail.kind) {
	case LQ_ENTRY_RETRY:
	case LQ_ENTRY_SNOOZE:
	case LQ_ENTRY_FINISHED:
		return scan_settled(&s, entry->tail.kind, ret);
	case LQ_ENTRY_FAILED:
	case LQ_ENTRY_STOPPED:
		return scan_terminal(&s, entry->tail.kind, ret);
	case LQ_ENTRY_LOST:
		return lq__scan_uint(&s, UINT64_MAX, &ret->lost_token);
	case LQ_ENTRY_CANCELED:
		ret->is_expired = lq__scan_str(&s, &text, &size) == 0 && size == 7 &&
				  memcmp(text, "expired", size) == 0;
		return 0;
	default: /* says nothing that is shown, or is newer than this library */
		return 0;
	}
}

int lq__details_failure(const struct lq_entry_view *entry, const struct lq_details *details,
			struct lq_failure **ret_failure)
{
	bool is_stopped = entry->tail.kind == LQ_ENTRY_STOPPED;
	struct lq_scan s = details->failure;

	*ret_failure = NULL;
	if (s.at)
		return lq__failure_read(&s, entry->when_ms, ret_failure);
	if (!is_stopped && !details->is_lost_worker)
		return 0;
	*ret_failure =
		lq__failure_new(is_stopped ? "stopped" : "lost",
				details->is_lost_worker ? "worker lost" : NULL, entry->when_ms);
	return *ret_failure ? 0 : -ENOMEM;
}
