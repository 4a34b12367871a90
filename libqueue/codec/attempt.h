/* SPDX-License-Identifier: MIT */
/* Attempts as they are shown, made from the entries of a record. */
#pragma once

#include <libqueue/job.h>

#include "record-scan.h"

/* What stands in an entry's info, by its kind. */
struct lq_details {
	struct lq_scan failure; /* a map; at NULL: none */
	const void *result;     /* NULL: none */
	size_t result_size;
	bool has_limits;
	int64_t timeout_ms;
	int max_attempts;
	uint64_t lost_token;  /* of a kind 4 */
	bool is_lost_worker;  /* ended by whoever found its worker dead */
	bool is_expired;      /* canceled because its ttl ran out */
	bool is_after_settle; /* stopped in the moment of the settle in front of it */
};

/* 0 or -EPROTO. */
int lq__details_scan(const struct lq_entry_view *entry, struct lq_details *ret);

/* The failure that an entry tells of, for an attempt or its job; *ret_failure is NULL where it
 * tells of none. 0, -EPROTO or -ENOMEM. */
int lq__details_failure(const struct lq_entry_view *entry, const struct lq_details *details,
			struct lq_failure **ret_failure);

/* Adds the attempt that the entry ended, if it did, to the history, of which the last
 * LQ_HISTORY_MAX stay; sets *ret_started_at_ms only then. 0, -EPROTO or -ENOMEM. */
int lq__attempt_add(struct lq_job_info *info, const struct lq_entry_view *entry,
		    const struct lq_details *details, int64_t *ret_started_at_ms);

/* "web1" of "web1.<uuid>". NULL: no memory. */
char *lq__worker_name(const struct lq_text *worker);

void lq__attempt_fini(struct lq_attempt *attempt);
