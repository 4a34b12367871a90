/* SPDX-License-Identifier: MIT */
/* How an attempt ends: what the handler asked for, judged by what it returned. */
#include "context.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "utf8.h"

/* Text at last: the message goes into a record, and from there to terminals and JSON. */
LQ_PRINTF(2, 0)
static void set_message(struct lq_job *job, const char *format, va_list args)
{
	_cleanup_(cleanup_free) char *raw = NULL;
	char *text;

	if (vasprintf(&raw, format, args) < 0) {
		raw = NULL;
		return; /* the outcome counts more than its words */
	}
	text = lq__utf8_dup_clean(raw, strlen(raw));
	if (!text)
		return;
	text[lq__utf8_cut_end(text, strlen(text), LQ_MESSAGE_MAX)] = '\0';
	free(job->message);
	job->message = text;
}

void lq_job_set_message(struct lq_job *job, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_message(job, format, args);
	va_end(args);
}

static int result_failed(struct lq_job *job, int error, const char *text)
{
	lq_job_set_message(job, "result: %s", text);
	job->result_error = error;
	return lq__job_failed(job, error, "result: %s", text);
}

int lq_job_return(struct lq_job *job, const char *format, ...)
{
	const char *text = "";
	va_list args;

	va_start(args, format);
	struct lq_value *result = lq_vpack(format, args);
	va_end(args);

	lq_value_free(job->result);
	job->result = result;
	job->result_error = 0;
	job->ending = WIRE_FINISHED;
	if (!result)
		return result_failed(job, -ENOMEM, "out of memory");
	int r = lq_value_error(result, &text);
	return r < 0 ? result_failed(job, r, text) : 0;
}

/* A verdict's number is what its function returns: positive, so that no errno is mistaken for it.
 */
static int end_with(struct lq_job *job, enum wire_verdict verdict, int64_t delay_ms)
{
	job->ending = (int)verdict;
	job->delay_ms = delay_ms;
	return (int)verdict;
}

int lq_job_fail(struct lq_job *job, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_message(job, format, args);
	va_end(args);
	return end_with(job, WIRE_REJECTED, 0);
}

static bool is_delay(int64_t delay_ms)
{
	return delay_ms >= 0 && delay_ms <= LQ_DURATION_MAX_MS;
}

static int refuse_delay(struct lq_job *job, const char *function, int64_t delay_ms)
{
	lq_job_set_message(job, "%s: a delay of %lld ms; it must be from 0 to 100 years", function,
			   (long long)delay_ms);
	return lq__job_failed(job, -EINVAL, "%s", job->message ? job->message : function);
}

int lq_job_retry(struct lq_job *job, int64_t delay_ms, const char *format, ...)
{
	va_list args;

	if (!is_delay(delay_ms))
		return refuse_delay(job, "lq_job_retry", delay_ms);
	va_start(args, format);
	set_message(job, format, args);
	va_end(args);
	return end_with(job, WIRE_RETRY, delay_ms);
}

int lq_job_snooze(struct lq_job *job, int64_t delay_ms)
{
	if (!is_delay(delay_ms))
		return refuse_delay(job, "lq_job_snooze", delay_ms);
	return end_with(job, WIRE_SNOOZE, delay_ms);
}

static int positive_errno(int error)
{
	return error == INT_MIN ? INT_MAX : -error;
}

static void judge(struct lq_job *job, int returned, struct wire_outcome *outcome)
{
	int error = returned == 0 ? job->result_error : returned;

	if (error == 0) {
		outcome->verdict = WIRE_FINISHED;
	} else if (error < 0) {
		outcome->verdict = WIRE_ERROR;
		outcome->error = positive_errno(error);
	} else if (error == job->ending) {
		outcome->verdict = (uint8_t)job->ending;
		outcome->delay_ms = job->delay_ms;
	} else {
		lq_job_set_message(job,
				   "the handler returned %d; it must be 0, a negative errno, or "
				   "what the last lq_job_... call returned",
				   returned);
		outcome->verdict = WIRE_ERROR;
		outcome->error = EINVAL;
	}
}

int lq__job_end(struct lq_job *job, int returned, const struct lq__usage *usage)
{
	struct wire_outcome outcome = {
		.seq = job->wire.seq,
		.user_us = usage->user_us,
		.system_us = usage->system_us,
		.max_rss_kb = usage->max_rss_kb,
	};

	judge(job, returned, &outcome);
	if (outcome.verdict == WIRE_FINISHED) {
		outcome.n_children = job->n_children;
		if (job->result)
			outcome.result = lq_value_data(job->result, &outcome.result_size);
	} else {
		buffer_clear(&job->frames);
		outcome.message = job->message;
	}
	return wire_put_outcome(&job->frames, &outcome);
}
