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

struct lq__rows {
	struct lq_client *client;
	const char *queue;
	enum lq_job_state state;
	struct lq_job_row *rows; /* room for all */
	size_t n;                /* filled */
};

/*
 * Fetches the records of n listed jobs, a few megabytes at a time, and adds a row for each
 * that is still there. Between lq__client_begin() and the end of its time. 0, or a
 * negative errno with the words; what was added before stays.
 */
int lq__rows_fetch(struct lq__rows *rows, struct lq__listed *listed, size_t n);
