/* SPDX-License-Identifier: MIT */
/* How an attempt ends: what the handler asked for, judged by what it returned. */
#include "context.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "macro.h"

/* How many bytes a UTF-8 sequence with this first byte has; 1 for what is none. */
static size_t sequence_size(unsigned char lead)
{
	if (lead >= 0xf0)
		return 4;
	if (lead >= 0xe0)
		return 3;
	return lead >= 0xc0 ? 2 : 1;
}

/* Cuts to max bytes, and then what is left of a character that was cut in two. */
static void cut_text(char *text, size_t max)
{
	size_t lead = max;

	if (strlen(text) <= max)
		return;
	text[max] = '\0';
	for (size_t back = 1; back <= MIN(max, (size_t)4); back++) {
		if (((unsigned char)text[max - back] & 0xc0) != 0x80) {
			lead = max - back;
			break;
		}
	}
	if (lead < max && lead + sequence_size((unsigned char)text[lead]) > max)
		text[lead] = '\0';
}

static void set_message(struct lq_job *job, const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return; /* the outcome counts more than its words */
	cut_text(text, LQ_MESSAGE_MAX);
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

static int refuse_delay(struct lq_job *job, const char *function, int64_t delay_ms)
{
	lq_job_set_message(job, "%s: a delay of %lld ms; it must be 0 or more", function,
			   (long long)delay_ms);
	return lq__job_failed(job, -EINVAL, "%s", job->message ? job->message : function);
}

int lq_job_retry(struct lq_job *job, int64_t delay_ms, const char *format, ...)
{
	va_list args;

	if (delay_ms < 0)
		return refuse_delay(job, "lq_job_retry", delay_ms);
	va_start(args, format);
	set_message(job, format, args);
	va_end(args);
	return end_with(job, WIRE_RETRY, delay_ms);
}

int lq_job_snooze(struct lq_job *job, int64_t delay_ms)
{
	if (delay_ms < 0)
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
