/* SPDX-License-Identifier: MIT */
/* The arrays of a record, one after the other, as views that borrow from its bytes. */
#pragma once

#include "record-format.h"
#include "record.h"
#include "scan.h"

#include <stdbool.h>

struct lq_text {
	const char *text; /* not terminated; NULL: nil */
	size_t size;
};

struct lq_envelope_view {
	unsigned int version; /* above LQ_ENVELOPE_VERSION: nothing else is set */
	struct lq_text unique_key, handler, description;
	const void *args; /* one whole msgpack value; NULL: none */
	size_t args_size;
	struct lq_job_limits limits;
	bool is_sensitive;
	int64_t created_at_ms;
};

struct lq_entry_view {
	int64_t when_ms;
	struct lq_text worker;
	struct lq_scan info; /* one whole value */
	struct lq_record_tail tail;
};

/* Each: 0, or -EPROTO, and then the cursor stands where it stood. */
int lq__envelope_scan(struct lq_scan *s, struct lq_envelope_view *ret);
int lq__entry_scan(struct lq_scan *s, struct lq_entry_view *ret);

/* A tombstone has no envelope: it begins with its token. */
bool lq__record_is_tombstone(const void *record, size_t size);
