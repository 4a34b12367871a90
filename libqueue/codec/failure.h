/* SPDX-License-Identifier: MIT */
/* A failure's way into a record and out of it: a map of str, absent keys where nothing applies. */
#pragma once

#include <libqueue/job.h>

#include "pack.h"
#include "scan.h"
#include "worker-protocol.h"

/* The map; text is made valid and cut to limits.h. An error stays in the writer. */
void lq__failure_write(struct lq_writer *w, const struct lq_failure_report *report);

/* Reads a map; keys it does not know, and values of another type, are skipped. 0, -EPROTO, -ENOMEM.
 * Owned by the caller, lq__failure_free(). */
int lq__failure_read(struct lq_scan *s, int64_t at_ms, struct lq_failure **ret_failure);

/* One that no worker reported. message may be NULL. NULL: no memory. */
struct lq_failure *lq__failure_new(const char *kind, const char *message, int64_t at_ms);

void lq__failure_free(struct lq_failure *failure);
