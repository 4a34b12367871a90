/* SPDX-License-Identifier: MIT */
/* Reads a whole record, envelope and history, into what `lq show` tells. (What a worker needs of
 * it: worker-protocol.h.) */
#pragma once

#include <libqueue/job.h>
#include <stddef.h>
#include <stdint.h>

/* The last 21 bytes of every entry, and of a tombstone. */
#define LQ_RECORD_TAIL_SIZE 21

struct lq_record_tail {
	uint64_t token;
	uint32_t snoozes;
	uint16_t losses, attempts;
	uint8_t kind;
};

/* 0, or -EPROTO when the bytes cannot be a tail. */
int lq__record_tail(const void *record, size_t size, struct lq_record_tail *ret);

/*
 * Fills everything that the record itself tells: handler, args, description, options in force,
 * times, history, failure, result, counters. Left alone: queue, id, and what only the structures
 * know (state of a live job, its worker, claim, started_at, due_at, expires_at). A tombstone: only
 * state, attempt and counters. A damaged record: -EPROTO, with what could be read.
 */
int lq__record_read(const void *record, size_t size, struct lq_job_info *info);
