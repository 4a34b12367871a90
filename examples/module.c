/* SPDX-License-Identifier: MIT */
/*
 * A handler module: a result, a retry, a permanent failure, a crash, a time limit.
 *
 *   cc -shared -fPIC $(pkg-config --cflags libqueue-handler) module.c -o module.so
 *   lq-worker --module ./module.so
 *   lq enqueue --wait greet name=Ada
 */
#include <errno.h>
#include <libqueue/handler.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static char greeting[64];

/* Runs once, before any process is forked: what it makes is shared by all of them. */
static int init(void)
{
	const char *word = getenv("GREETING");

	if (snprintf(greeting, sizeof(greeting), "%s", word ? word : "Hello") >=
	    (int)sizeof(greeting))
		return -EINVAL;
	return 0;
}

/* {"name": "Ada"} -> {"text": "Hello, Ada!"} */
static int greet(struct lq_job *job)
{
	char text[256];
	const char *name;

	/* Wrong arguments are wrong at every attempt. */
	if (lq_job_unpack(job, "{s:s}", "name", &name) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	/* A negative errno fails this attempt: it is tried again while attempts are left. */
	if (snprintf(text, sizeof(text), "%s, %s!", greeting, name) >= (int)sizeof(text))
		return -E2BIG;
	return lq_job_return(job, "{s:s}", "text", text);
}

/* Succeeds at its third attempt: enqueue it with --retry 2 or more. */
static int flaky(struct lq_job *job)
{
	if (lq_job_attempt(job) < 3)
		return lq_job_retry(job, 0, "the server is busy"); /* 0: after the backoff */
	return lq_job_return(job, "{s:i}", "attempts", lq_job_attempt(job));
}

/* Writes to nowhere: the record tells the signal and what was seen of it. */
static int crash(struct lq_job *job)
{
	volatile int *volatile nowhere = NULL;

	(void)job;
	(void)fprintf(stderr, "crash: writing to a null pointer now\n");
	*nowhere = 1; /* NOLINT: it is meant */
	return 0;
}

/* Takes longer than its time limit (see the table) allows. */
static int slow(struct lq_job *job)
{
	(void)job;
	(void)poll(NULL, 0, 60000);
	return 0;
}

LQ_MODULE_HOOKS(.init = init)

LQ_HANDLERS({ .name = "greet", .run = greet }, { .name = "flaky", .run = flaky, .max_attempts = 5 },
	    { .name = "crash", .run = crash },
	    { .name = "slow", .run = slow, .timeout_ms = 1000 }, )
