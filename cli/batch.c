/* SPDX-License-Identifier: MIT */
/*
 * Jobs that are sent together.
 *
 * A connection that breaks in the middle leaves it unknown which jobs were made.
 * Each has its id by then, so the same jobs are sent again and become no second ones. All tries
 * together take less than the minute for which an ended job's id stays taken.
 */
#include "batch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "macro.h"

static const int pauses_ms[] = { 100, 200, 400, 800, 1600 };

void batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		job_line_fini(&b->jobs[i]);
	b->n = b->size = 0;
}

static bool is_worth_repeating(int outcome)
{
	return outcome == -ETIMEDOUT || outcome == -ECONNRESET || outcome == -ECONNREFUSED ||
	       outcome == -EBUSY;
}

static bool is_waiting(const struct job_line *job)
{
	return !job->is_refused && (!job->is_sent || is_worth_repeating(job->outcome));
}

/* 0, or -ENOMEM: no arguments must not stand for arguments that found no room. */
static int make_args(const struct job_line *job, struct lq_value **ret_value)
{
	*ret_value = NULL;
	if (!job->args)
		return 0;
	*ret_value = lq_value_from_msgpack(job->args, job->args_size);
	return *ret_value ? 0 : -ENOMEM;
}

/* Gathers the jobs that have no answer yet; returns how many. */
static size_t gather(struct batch *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct job_line *job = &b->jobs[i];
		struct lq_enqueue_spec *spec = &b->specs[n];

		if (!is_waiting(job))
			continue;
		job->is_sent = true;
		job->outcome = make_args(job, &spec->args);
		if (job->outcome < 0)
			continue;
		if (job->id[0])
			job->options.lq.id = job->id;
		spec->handler = job->handler;
		spec->options = &job->options.lq;
		b->ids[n][0] = '\0';
		b->outcomes[n] = -ENOMEM; /* unless the call gets so far as to say */
		b->sent[n++] = job;
	}
	return n;
}

static void note(struct job_line *job, const char *id, int outcome)
{
	/* Who is told of a duplicate after an unanswered try has made it himself. */
	if (outcome == LQ_DUPLICATE && job->was_unknown)
		outcome = 0;
	job->was_unknown |= is_worth_repeating(outcome);
	job->outcome = outcome;
	(void)snprintf(job->id, sizeof(job->id), "%s", id);
}

/* A negative errno, 0 or LQ_PARTIAL, as lq_enqueue_many(). */
static int send_once(struct context *c, struct batch *b, size_t n)
{
	int r = lq_enqueue_many(c->client, b->specs, n, b->ids, b->outcomes);

	for (size_t i = 0; i < n; i++)
		note(b->sent[i], b->ids[i], b->outcomes[i]);
	return r;
}

int batch_send(struct context *c, struct batch *b)
{
	int r = 0;

	for (size_t try = 0; try <= ARRAY_SIZE(pauses_ms); try++) {
		size_t n = gather(b);

		if (n == 0)
			return 0;
		if (try > 0)
			(void)poll(NULL, 0, pauses_ms[try - 1]);
		r = send_once(c, b, n);
		if (r >= 0)
			return 0;
		if (!is_worth_repeating(r))
			break;
	}
	return context_fail_call(c, r, NULL);
}
