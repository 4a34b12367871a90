/* SPDX-License-Identifier: MIT */
/* What a job is: set up from its frame, told to its handler. */
#include "context.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "macro.h"

static int64_t deadline_of(int64_t timeout_ms)
{
	int64_t now_ms = clock_monotonic_ms();

	if (timeout_ms < 0 || timeout_ms > INT64_MAX - now_ms)
		return LQ_FOREVER;
	return now_ms + timeout_ms;
}

void lq__job_init(struct lq_job *job, const struct wire_job *wire)
{
	*job = (struct lq_job){
		.wire = *wire,
		.deadline_ms = deadline_of(wire->timeout_ms),
		.ending = -1,
		.frames = BUFFER_INIT((size_t)LQ_CHILDREN_BYTES + WIRE_FRAME_MAX),
	};
	if (wire->args_size == 0)
		return;
	job->args = lq_value_from_msgpack(wire->args, wire->args_size);
	if (lq_unpack(job->args, "O", &job->object) < 0) {
		const char *text = "out of memory";

		if (job->args)
			(void)lq_value_error(job->args, &text);
		(void)lq__job_failed(job, -EINVAL, "the arguments cannot be read: %s", text);
	}
}

void lq__job_fini(struct lq_job *job)
{
	lq_value_free(job->args);
	lq_value_free(job->result);
	free(job->message);
	buffer_fini(&job->frames);
}

int lq__job_failed(struct lq_job *job, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(job->error, sizeof(job->error), format, args);
	va_end(args);
	return error;
}

const char *lq_job_id(const struct lq_job *job)
{
	return job->wire.id;
}

const char *lq_job_queue(const struct lq_job *job)
{
	return job->wire.queue;
}

const char *lq_job_handler(const struct lq_job *job)
{
	return job->wire.handler;
}

int lq_job_attempt(const struct lq_job *job)
{
	return (int)MIN(job->wire.attempt, (uint32_t)INT32_MAX);
}

int lq_job_max_attempts(const struct lq_job *job)
{
	return job->wire.max_attempts;
}

uint64_t lq_job_claim(const struct lq_job *job)
{
	return job->wire.claim;
}

int64_t lq_job_time_left_ms(const struct lq_job *job)
{
	if (job->deadline_ms == LQ_FOREVER)
		return LQ_FOREVER;
	return MAX(job->deadline_ms - clock_monotonic_ms(), 0);
}

const struct msgpack_object *lq_job_args(const struct lq_job *job)
{
	return job->object;
}

const char *lq_job_error(const struct lq_job *job)
{
	return job->error;
}

int lq_job_unpack(struct lq_job *job, const char *format, ...)
{
	va_list targets;

	/* No arguments read as nil, so that "n" asks for none. */
	if (!job->args)
		job->args = lq_pack("n");
	if (!job->args)
		return lq__job_failed(job, -ENOMEM, "out of memory");

	va_start(targets, format);
	int r = lq_vunpack(job->args, format, targets);
	va_end(targets);
	if (r < 0) {
		const char *text = "";

		(void)lq_value_error(job->args, &text);
		return lq__job_failed(job, r, "%s", text);
	}
	return 0;
}
