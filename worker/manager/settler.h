/* SPDX-License-Identifier: MIT */
/*
 * From a verdict to what is written: the entry of the record, whether it replaces the record or is
 * appended, how long it is kept. What cannot be delivered now (Redis is away) stays in memory until
 * an exchange takes it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "verdict.h"

struct job;
struct manager;

/* What was seen of the process that ran it; -1: not known. */
struct usage {
	int64_t user_ms, system_ms, max_rss_kb;
	const void *stderr_tail; /* NULL: nothing */
	size_t stderr_size;
};

/* An attempt has ended. */
void settler_end_attempt(struct manager *m, struct job *job, const struct verdict *verdict,
			 const struct wire_outcome *outcome, const struct usage *usage);

/* A job that is settled without having run here. */
void settler_return(struct manager *m, struct job *job, const char *why);
void settler_unknown(struct manager *m, struct job *job);
void settler_damaged(struct manager *m, struct job *job);
void settler_expired(struct manager *m, struct job *job);
void settler_stopped(struct manager *m, struct job *job);
/* Redis does not take what its attempt was settled with: it fails, or is forgotten here if that is
 * refused as well. */
void settler_refused(struct manager *m, struct job *job);
