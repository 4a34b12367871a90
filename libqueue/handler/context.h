/* SPDX-License-Identifier: MIT */
/*
 * The job as its handler sees it, from the frame that brought it to the frames that
 * tell its end. One at a time in a process, in the thread that runs it.
 */
#pragma once

#include <libqueue/handler.h>

#include "buffer.h"
#include "wire.h"

struct lq_job {
	struct wire_job wire; /* borrowed from the frame, which outlives the job */
	int64_t deadline_ms;  /* CLOCK_MONOTONIC; LQ_FOREVER: no limit */

	struct lq_value *args;               /* NULL: none, or no memory */
	const struct msgpack_object *object; /* borrowed from args */

	int ending;              /* the verdict last asked for; -1: none */
	int result_error;        /* of an lq_job_return() that could not be done */
	int64_t delay_ms;        /* retry, snooze */
	struct lq_value *result; /* NULL: none */
	char *message;           /* NULL: none; at most LQ_MESSAGE_MAX bytes */

	struct buffer frames; /* the follow-up jobs, WIRE_CHILD each */
	uint32_t n_children;

	char error[256]; /* words for the last call that failed */
};

/* What the attempt has used, as far as it can be told; -1: not known. */
struct lq__usage {
	int64_t user_us, system_us, max_rss_kb;
};

void lq__job_init(struct lq_job *job, const struct wire_job *wire);
void lq__job_fini(struct lq_job *job);

/*
 * What the handler returned, as frames: the follow-up jobs of a finished one, then the outcome.
 * They stay in job->frames. 0, -ENOMEM.
 */
int lq__job_end(struct lq_job *job, int returned, const struct lq__usage *usage);

/* Keeps the words for lq_job_error(); returns error. */
int lq__job_failed(struct lq_job *job, int error, const char *format, ...) LQ_PRINTF(3, 4);

/* After a job: SIGTERM has its default action again, the flag and the descriptor are gone. */
void lq__stop_reset(void);
