/* SPDX-License-Identifier: MIT */
/* lq enqueue: hand over a job, or a stream of them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "command-context.h"
#include "ended.h"
#include "enqueue-stream.h"
#include "job-args.h"
#include "job-options.h"
#include "make-id.h"
#include "words.h"

enum {
	OPT_QUEUE,
	OPT_ID,
	OPT_IN,
	OPT_AT,
	OPT_TIMEOUT,
	OPT_RETRY,
	OPT_BACKOFF,
	OPT_RESULT_TTL,
	OPT_FAILURE_TTL,
	OPT_TTL,
	OPT_UNIQUE,
	OPT_FRONT,
	N_JOB_OPTIONS, /* what stands above is the job's, see job-options.h */
	OPT_WAIT = N_JOB_OPTIONS,
	OPT_EXIST_OK,
};

static const struct option options[] = {
	[OPT_QUEUE] = { "queue", 'q', OPTION_VALUE, "QUEUE", "its queue; default" },
	[OPT_ID] = { "id", 0, OPTION_VALUE, "ID",
		     "the same id again is the same job; else a new UUID" },
	[OPT_IN] = { "in", 0, OPTION_VALUE, "D", "start so much later" },
	[OPT_AT] = { "at", 0, OPTION_VALUE, "T",
		     "start then: 2026-01-31T12:00:00Z or @unix-seconds" },
	[OPT_TIMEOUT] = { "timeout", 0, OPTION_VALUE, "D", "limit of one attempt; 180s" },
	[OPT_RETRY] = { "retry", 0, OPTION_VALUE, "N", "further attempts after a failed one; 0" },
	[OPT_BACKOFF] = { "backoff", 0, OPTION_VALUE, "D[..D]",
			  "wait before the second attempt, doubling up to; 1s..1h" },
	[OPT_RESULT_TTL] = { "result-ttl", 0, OPTION_VALUE, "D",
			     "how long a result is kept; 500s" },
	[OPT_FAILURE_TTL] = { "failure-ttl", 0, OPTION_VALUE, "D",
			      "how long a failure is kept; 365d" },
	[OPT_TTL] = { "ttl", 0, OPTION_VALUE, "D", "canceled if not started by then; forever" },
	[OPT_UNIQUE] = { "unique", 0, OPTION_VALUE, "KEY[:D]",
			 "one job of this key at a time; D needs its unit" },
	[OPT_FRONT] = { "front", 0, OPTION_FLAG, NULL, "ahead of those that wait" },
	[OPT_WAIT] = { "wait", 0, OPTION_OPTIONAL, "D",
		       "wait for its end, print the result; the id goes to stderr" },
	[OPT_EXIST_OK] = { "exist-ok", 0, OPTION_FLAG, NULL,
			   "a job of that id may be there already" },
	{ 0 },
};

struct enqueue {
	struct context *c;
	struct job_options options;
	const char *handler;
	struct lq_value *args;
	bool exist_ok, waits;
	int64_t wait_ms;
	char id[LQ_ID_SIZE];
};

DEFINE_CLEANUP(struct lq_job_info *, cleanup_info, lq_job_info_free)

static void print_id(const struct enqueue *e)
{
	if (output_mode() == OUTPUT_JSON)
		output_json(
			json_pack("{s:s,s:s}", "id", e->id, "queue",
				  e->options.lq.queue ? e->options.lq.queue : LQ_DEFAULT_QUEUE));
	else
		output_line("%s", e->id);
}

static int fail_not_made(struct enqueue *e, int r)
{
	if (r == LQ_DUPLICATE)
		return context_fail(e->c, LQ_EXIT_NOT,
				    "a job %s is there already, and stays as it is", e->id);
	if (r == LQ_LOCKED)
		return context_fail(e->c, LQ_EXIT_NOT, "the unique key is taken by the job %s",
				    e->id);
	r = context_fail_call(e->c, r, NULL);
	/* Whether it was made is unknown; with its id it can be asked for again. */
	if (r == LQ_EXIT_UNREACHABLE && *e->id)
		(void)fprintf(stderr, "Again with --id %s it will be one job.\n", e->id);
	return r;
}

static int enqueue_and_go(struct enqueue *e)
{
	int r = lq_enqueue(e->c->client, e->handler, TAKE(e->args), &e->options.lq, e->id);

	if (r != 0 && !(r == LQ_DUPLICATE && e->exist_ok))
		return fail_not_made(e, r);
	print_id(e);
	return LQ_EXIT_DONE;
}

/* Said before the wait and not after it, so the id is made here: a wait may be cut short. */
static int say_id(struct enqueue *e)
{
	if (e->options.lq.id)
		(void)snprintf(e->id, sizeof(e->id), "%s", e->options.lq.id);
	else if (make_id(e->id) < 0)
		return context_fail(e->c, LQ_EXIT_NOT, "no random numbers for an id: %s",
				    strerror(errno));
	e->options.lq.id = e->id;
	(void)fprintf(stderr, "%s\n", e->id);
	return 0;
}

static int enqueue_and_wait(struct enqueue *e)
{
	_cleanup_(cleanup_info) struct lq_job_info *info = NULL;
	const char *queue = e->options.lq.queue ? e->options.lq.queue : LQ_DEFAULT_QUEUE;
	int r = say_id(e);

	if (r != 0)
		return r;
	r = lq_enqueue_wait(e->c->client, e->handler, TAKE(e->args), &e->options.lq, e->wait_ms,
			    e->id, &info);
	if (r == LQ_DUPLICATE && e->exist_ok)
		r = lq_job_wait(e->c->client, queue, e->id, e->wait_ms, &info);
	if (r == LQ_TIMEOUT)
		return context_fail(e->c, LQ_EXIT_WAIT, "%s has not ended yet, it goes on", e->id);
	if (r == LQ_NOT_FOUND)
		return context_fail(e->c, LQ_EXIT_NOT,
				    "%s is gone: it was deleted, or its result is not kept", e->id);
	if (r != 0)
		return fail_not_made(e, r);
	return ended_print(e->c, info);
}

static int parse_options(struct enqueue *e)
{
	const char *const *values = e->c->args.values;
	char error[JOB_OPTIONS_ERROR_SIZE];

	for (size_t i = 0; i < N_JOB_OPTIONS; i++) {
		if (values[i] &&
		    job_options_set(&e->options, options[i].name, values[i], error) < 0)
			return context_fail_usage(e->c, "--%s", error);
	}
	e->exist_ok = values[OPT_EXIST_OK] != NULL;
	e->waits = values[OPT_WAIT] != NULL;
	e->wait_ms = LQ_FOREVER;
	if (e->waits && *values[OPT_WAIT])
		return word_duration(e->c, "wait", values[OPT_WAIT], &e->wait_ms);
	return 0;
}

static int run_stream(struct enqueue *e)
{
	if (!context_want_words(e->c, 1, 1))
		return LQ_EXIT_USAGE;
	if (e->waits || e->options.lq.id)
		return context_fail_usage(e->c, "--wait and --id do not go with a stream");
	return enqueue_stream(e->c, &e->options, e->exist_ok);
}

static int run_one(struct enqueue *e)
{
	char error[JOB_OPTIONS_ERROR_SIZE];
	int r;

	if (!word_is_handler(e->handler))
		return context_fail_usage(e->c, WORD_NO_HANDLER, word_shown(e->handler));
	if (job_options_finish(&e->options, error) < 0)
		return context_fail_usage(e->c, "%s", error);
	r = job_args_read(e->c, e->c->args.words + 1, e->c->args.n_words - 1, &e->args);
	if (r == 0)
		r = context_open(e->c);
	if (r == 0)
		r = e->waits ? enqueue_and_wait(e) : enqueue_and_go(e);
	lq_value_free(e->args);
	return r;
}

static int run(struct context *c)
{
	struct enqueue e = { .c = c, .options = JOB_OPTIONS_INIT };
	int r;

	if (!context_want_words(c, 1, SIZE_MAX))
		return LQ_EXIT_USAGE;
	r = parse_options(&e);
	if (r != 0)
		return r;
	e.handler = c->args.words[0];
	return strcmp(e.handler, "-") == 0 ? run_stream(&e) : run_one(&e);
}

const struct command cmd_enqueue = {
	.name = "enqueue",
	.usage = "[OPTION...] HANDLER [key=text key:=json @file.json]\n[OPTION...] -",
	.summary = "Hand over a job and print its id",
	.details = "@file.json is the whole of the arguments, @- reads them from stdin.\n\n"
		   "A handler of - reads jobs from stdin as JSON lines and sends them in batches, "
		   "what has\n"
		   "come whenever the input pauses. Members: handler, args, queue, and the long "
		   "options with\n"
		   "_ for -: id in at timeout retry backoff result_ttl failure_ttl ttl unique "
		   "front. Options\n"
		   "given here hold for lines that do not say otherwise. One output line for each "
		   "input\n"
		   "line: the id, or nothing for a line that was refused.",
	.options = options,
	.run = run,
};
