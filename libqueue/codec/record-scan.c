/* SPDX-License-Identifier: MIT */
/* Envelopes and entries from bytes that anybody may have put into Redis. */
#include "record-scan.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <libqueue/limits.h>

#include "macro.h"
#include "names.h"
#include "utf8.h"

#define TOKEN_HEAD 0xcf

bool lq__record_is_tombstone(const void *record, size_t size)
{
	return size == LQ_RECORD_TAIL_SIZE && *(const uint8_t *)record == TOKEN_HEAD;
}

static int scan_text(struct lq_scan *s, size_t max, struct lq_text *ret)
{
	if (lq__scan_str(s, &ret->text, &ret->size) < 0 || ret->size > max)
		return -EPROTO;
	if (memchr(ret->text, 0, ret->size) || !lq__utf8_is_valid(ret->text, ret->size))
		return -EPROTO;
	return 0;
}

static int scan_text_or_nil(struct lq_scan *s, size_t max, struct lq_text *ret)
{
	*ret = (struct lq_text){ .text = NULL };
	return lq__scan_nil(s) == 0 ? 0 : scan_text(s, max, ret);
}

static int scan_handler(struct lq_scan *s, struct lq_text *ret)
{
	char name[LQ_NAME_MAX + 1] = "";

	if (scan_text(s, LQ_NAME_MAX, ret) < 0)
		return -EPROTO;
	memcpy(name, ret->text, ret->size);
	return lq__is_handler_name(name) ? 0 : -EPROTO;
}

static int scan_args(struct lq_scan *s, struct lq_envelope_view *v)
{
	if (lq__scan_bin(s, &v->args, &v->args_size) < 0 || v->args_size > LQ_ARGS_MAX)
		return -EPROTO;
	if (v->args_size == 0) {
		v->args = NULL;
		return 0;
	}
	struct lq_scan args = { v->args, (const uint8_t *)v->args + v->args_size };
	return lq__scan_skip(&args) == 0 && args.at == args.end ? 0 : -EPROTO;
}

/* Milliseconds, -1 for ever; at_once is what 0 stands for. Longer than any sum could bear is cut.
 */
static int scan_ms(struct lq_scan *s, int64_t at_once, int64_t *ret)
{
	int64_t ms;

	if (lq__scan_int(s, &ms) < 0 || ms < LQ_FOREVER)
		return -EPROTO;
	*ret = ms == 0 ? at_once : MIN(ms, LQ_DURATION_MAX_MS);
	return 0;
}

static int scan_max_attempts(struct lq_scan *s, int *ret)
{
	int64_t n;

	if (lq__scan_int(s, &n) < 0 || n < LQ_FOREVER)
		return -EPROTO;
	*ret = (int)MIN(n, UINT16_MAX);
	return 0;
}

static int scan_bool(struct lq_scan *s, bool *ret)
{
	struct lq_scan_item item;

	if (lq__scan_item(s, &item) < 0 || item.type != LQ_SCAN_BOOL)
		return -EPROTO;
	*ret = item.uint != 0;
	return 0;
}

static int scan_option(struct lq_scan *s, uint64_t key, struct lq_envelope_view *v)
{
	switch (key) {
	case LQ_OPTION_TIMEOUT:
		return scan_ms(s, 0, &v->limits.timeout_ms);
	case LQ_OPTION_MAX_ATTEMPTS:
		return scan_max_attempts(s, &v->limits.max_attempts);
	case LQ_OPTION_BACKOFF:
		return scan_ms(s, 0, &v->limits.backoff_ms);
	case LQ_OPTION_BACKOFF_MAX:
		return scan_ms(s, 0, &v->limits.backoff_max_ms);
	case LQ_OPTION_RESULT_TTL:
		return scan_ms(s, LQ_AT_ONCE, &v->limits.result_ttl_ms);
	case LQ_OPTION_FAILURE_TTL:
		return scan_ms(s, LQ_AT_ONCE, &v->limits.failure_ttl_ms);
	case LQ_OPTION_TTL:
		return scan_ms(s, LQ_AT_ONCE, &v->limits.ttl_ms);
	case LQ_OPTION_DEDUP:
		return scan_ms(s, 0, &v->limits.dedup_ms);
	case LQ_OPTION_DESCRIPTION:
		return scan_text(s, LQ_DESCRIPTION_MAX, &v->description);
	case LQ_OPTION_SENSITIVE:
		return scan_bool(s, &v->is_sensitive);
	default: /* of the client's concern only, or newer than this library */
		return lq__scan_skip(s);
	}
}

static int scan_options(struct lq_scan *s, struct lq_envelope_view *v)
{
	size_t n;

	if (lq__scan_map(s, &n) < 0)
		return -EPROTO;
	for (size_t i = 0; i < n; i++) {
		uint64_t key;

		if (lq__scan_uint(s, UINT64_MAX, &key) < 0)
			return -EPROTO;
		if (scan_option(s, key, v) < 0)
			return -EPROTO;
	}
	return 0;
}

static int scan_time(struct lq_scan *s, int64_t *ret_ms)
{
	uint64_t ms;

	if (lq__scan_uint(s, LQ_TIME_MAX_MS, &ms) < 0)
		return -EPROTO;
	*ret_ms = (int64_t)ms;
	return 0;
}

static int scan_envelope_fields(struct lq_scan *s, struct lq_envelope_view *v)
{
	uint64_t kind;

	if (scan_text_or_nil(s, LQ_UNIQUE_KEY_MAX, &v->unique_key) < 0 ||
	    scan_handler(s, &v->handler) < 0 || scan_args(s, v) < 0 || scan_options(s, v) < 0 ||
	    scan_time(s, &v->created_at_ms) < 0 || lq__scan_uint(s, LQ_ENTRY_ENVELOPE, &kind) < 0)
		return -EPROTO;
	return 0;
}

int lq__envelope_scan(struct lq_scan *s, struct lq_envelope_view *ret)
{
	struct lq_envelope_view v = { .created_at_ms = -1 };
	struct lq_scan at = *s;
	uint64_t version;
	size_t n;

	if (lq__scan_array(&at, &n) < 0 || n == 0 || lq__scan_uint(&at, 0x7f, &version) < 0 ||
	    version == 0)
		return -EPROTO;
	v.version = (unsigned int)version;
	if (version > LQ_ENVELOPE_VERSION) {
		at = *s;
		if (lq__scan_skip(&at) < 0)
			return -EPROTO;
	} else if (n != LQ_ENVELOPE_FIELDS || scan_envelope_fields(&at, &v) < 0) {
		return -EPROTO;
	}
	*s = at;
	*ret = v;
	return 0;
}

int lq__entry_scan(struct lq_scan *s, struct lq_entry_view *ret)
{
	struct lq_entry_view v;
	struct lq_scan at = *s;
	size_t n;

	if (lq__scan_array(&at, &n) < 0 || n != LQ_ENTRY_FIELDS || scan_time(&at, &v.when_ms) < 0 ||
	    scan_text_or_nil(&at, LQ_ID_MAX, &v.worker) < 0)
		return -EPROTO;
	v.info = at;
	if (lq__scan_skip(&at) < 0)
		return -EPROTO;
	v.info.end = at.at;
	if (at.end - at.at < LQ_RECORD_TAIL_SIZE ||
	    lq__record_tail(at.at, LQ_RECORD_TAIL_SIZE, &v.tail) < 0)
		return -EPROTO;
	at.at += LQ_RECORD_TAIL_SIZE;
	*s = at;
	*ret = v;
	return 0;
}
