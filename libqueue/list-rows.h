/* SPDX-License-Identifier: MIT */
/* The rows of a listing: what the script tells of each job, and what its record adds. */
#pragma once

#include "client-internal.h"

#include <libqueue/inspect.h>
#include <stddef.h>
#include <stdint.h>

/* One row as the script gives it; text borrows from the reply. */
struct lq__listed {
	const char *id, *cursor;
	const char *worker; /* NULL: none */
	uint64_t score;     /* due time, token, expiry or 0, by state */
	size_t record_size; /* set by the fetching */
};

/*
 * Fetches the records of the listed jobs, a few megabytes at a time, and fills one row for
 * each that is still there: *ret_n of them. Between lq__client_begin() and the end of its
 * time. 0, or a negative errno with the words; rows filled so far count in *ret_n all the same.
 */
int lq__rows_fetch(struct lq_client *client, const char *queue, enum lq_job_state state,
		   struct lq__listed *listed, size_t n, struct lq_job_row *rows, size_t *ret_n);
