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

/* A job of which nothing is known yet: times -1, state queued. NULL: no memory. */
struct lq_job_info *lq__job_info_new(void);

/*
 * Fills everything that the record itself tells: handler, args, description, options in force,
 * times, history, failure, result, counters, and raises claim to the last token in the history; of
 * an ended job also state, worker, started_at and ended_at. Left alone: queue, id, and what only
 * the structures know (state of a live job, its worker, started_at, due_at, expires_at). A
 * tombstone: only state, attempt and counters. -ENOMEM. A damaged record, or one of a newer
 * version: -EPROTO, with what could be read.
 */
int lq__record_read(const void *record, size_t size, struct lq_job_info *info);
