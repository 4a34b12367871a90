/* SPDX-License-Identifier: MIT */
/* A record as a worker needs it: the envelope, and the counters where it stands now. */
#include "worker-protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record-scan.h"

void lq_claimed_record_fini(struct lq_claimed_record *record)
{
	if (!record)
		return;
	free(record->handler);
	free(record->unique_key);
	*record = (struct lq_claimed_record){ .unknown_since_ms = -1 };
}

static int set_envelope(struct lq_claimed_record *record, const struct lq_envelope_view *v)
{
	record->version = v->version;
	if (v->version > LQ_ENVELOPE_VERSION)
		return 0;
	record->args = v->args;
	record->args_size = v->args_size;
	record->limits = v->limits;
	record->created_at_ms = v->created_at_ms;
	record->handler = strndup(v->handler.text, v->handler.size);
	if (!record->handler)
		return -ENOMEM;
	if (v->unique_key.text) {
		record->unique_key = strndup(v->unique_key.text, v->unique_key.size);
		if (!record->unique_key)
			return -ENOMEM;
	}
	return 0;
}

/* From the fixed end, which is right even where the rest is damaged. */
static void set_counters(struct lq_claimed_record *record, const void *bytes, size_t size)
{
	struct lq_record_tail tail;

	if (lq__record_tail(bytes, size, &tail) < 0)
		return; /* an envelope alone: nothing has happened yet */
	record->attempts = tail.attempts;
	record->losses = tail.losses;
	record->snoozes = tail.snoozes;
}

/* The first time of a run of entries 6: carried along in each of them. */
static int64_t unknown_since(const struct lq_entry_view *entry)
{
	struct lq_scan info = entry->info;
	uint64_t since;
	int64_t delay;
	size_t n;

	if (entry->tail.kind != LQ_ENTRY_UNKNOWN)
		return -1;
	if (lq__scan_array(&info, &n) < 0 || n < 2 || lq__scan_int(&info, &delay) < 0 ||
	    lq__scan_uint(&info, LQ_TIME_MAX_MS, &since) < 0)
		return entry->when_ms;
	return (int64_t)since;
}

int lq_claimed_record_decode(const void *record, size_t size, struct lq_claimed_record *ret)
{
	struct lq_scan s = { record, (const uint8_t *)record + size };
	struct lq_envelope_view envelope;
	struct lq_entry_view entry;

	*ret = (struct lq_claimed_record){ .unknown_since_ms = -1 };
	set_counters(ret, record, size);
	if (lq__envelope_scan(&s, &envelope) < 0)
		return -EPROTO;
	ret->envelope = record;
	ret->envelope_size = size - (size_t)(s.end - s.at);
	int r = set_envelope(ret, &envelope);
	if (r < 0)
		return r;
	while (s.at < s.end) {
		if (lq__entry_scan(&s, &entry) < 0)
			return -EPROTO;
		ret->unknown_since_ms = unknown_since(&entry);
	}
	return 0;
}
