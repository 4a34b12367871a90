/* SPDX-License-Identifier: MIT */
/*
 * `lq enqueue -`: lines come in, are gathered into a batch and sent when it is full or when the
 * input pauses, so that who writes slowly is served at once. One line goes out for each that came
 * in, in order.
 */
#include "enqueue-stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "line-reader.h"

/* JSON may say in more bytes what msgpack says in few: "\u0000" is six for one. */
#define LINE_MAX_BYTES (8 * LQ_ARGS_MAX)

struct stream {
	struct context *c;
	const struct job_options *options;
	struct line_reader reader;
	struct batch *batch;
	uint64_t n_lines;
	bool exist_ok;
	int code;
};

static void complain(struct stream *s, uint64_t number, const char *words)
{
	char text[JOB_LINE_ERROR_SIZE + LQ_ID_SIZE];

	(void)snprintf(text, sizeof(text), "%s", words);
	output_clean(text);
	(void)fprintf(stderr, "line %" PRIu64 ": %s\n", number, text);
	s->code = LQ_EXIT_NOT;
}

static void add_line(struct stream *s, const char *line, size_t size, bool is_too_long)
{
	struct job_line *job = &s->batch->jobs[s->batch->n++];
	char error[JOB_LINE_ERROR_SIZE] = "longer than 8 MiB";

	*job = (struct job_line){ .number = ++s->n_lines };
	job->is_refused = is_too_long || job_line_parse(job, line, size, s->options, error) < 0;
	if (job->is_refused)
		complain(s, job->number, error);
	s->batch->size += job->args_size;
}

static void complain_of_outcome(struct stream *s, const struct job_line *job)
{
	char words[JOB_LINE_ERROR_SIZE];

	if (job->outcome == LQ_DUPLICATE)
		(void)snprintf(words, sizeof(words),
			       "a job %s is there already, and stays as it is", job->id);
	else if (job->outcome == LQ_LOCKED)
		(void)snprintf(words, sizeof(words), "the unique key is taken by the job %s",
			       job->id);
	else
		(void)snprintf(words, sizeof(words), "%s", lq_result_text(job->outcome));
	complain(s, job->number, words);
}

static bool is_made(const struct stream *s, const struct job_line *job)
{
	return job->outcome == 0 || (job->outcome == LQ_DUPLICATE && s->exist_ok);
}

static void print_outcome(struct stream *s, const struct job_line *job)
{
	bool made = !job->is_refused && is_made(s, job);

	if (!job->is_refused && !made)
		complain_of_outcome(s, job);
	if (output_mode() != OUTPUT_JSON)
		output_line("%s", made ? job->id : "");
	else if (made)
		output_json(json_pack("{s:I,s:s}", "line", (json_int_t)job->number, "id", job->id));
	else
		output_json(json_pack("{s:I}", "line", (json_int_t)job->number));
}

/* 0, or an exit code that ends the stream. */
static int flush(struct stream *s)
{
	int r = batch_send(s->c, s->batch);

	for (size_t i = 0; i < s->batch->n; i++)
		print_outcome(s, &s->batch->jobs[i]);
	batch_clear(s->batch);
	output_flush();
	return r;
}

static bool is_full(const struct batch *b)
{
	return b->n == BATCH_MAX || b->size >= BATCH_BYTES;
}

/* 0 at the end of the input, or an exit code. */
static int run(struct stream *s)
{
	for (;;) {
		const char *line = NULL;
		size_t size = 0;
		int outcome = line_reader_next(&s->reader, s->batch->n == 0, &line, &size), r = 0;

		if (outcome < 0)
			return context_fail(s->c, LQ_EXIT_NOT, "stdin: %s", strerror(-outcome));
		if (outcome == LINE_READY || outcome == LINE_TOO_LONG)
			add_line(s, line, size, outcome == LINE_TOO_LONG);
		if (s->batch->n > 0 &&
		    (outcome == LINE_PAUSE || outcome == LINE_END || is_full(s->batch)))
			r = flush(s);
		if (r != 0 || outcome == LINE_END)
			return r;
	}
}

int enqueue_stream(struct context *c, const struct job_options *options, bool exist_ok)
{
	struct stream s = { .c = c, .options = options, .exist_ok = exist_ok };
	int r = context_open(c);

	if (r != 0)
		return r;
	s.batch = calloc(1, sizeof(*s.batch));
	if (!s.batch)
		return context_fail(c, LQ_EXIT_NOT, "out of memory");
	/* What has not been read is not enqueued: a reader that goes away is no success. */
	output_set_gone_code(LQ_EXIT_NOT);
	line_reader_init(&s.reader, STDIN_FILENO, LINE_MAX_BYTES);
	r = run(&s);
	line_reader_fini(&s.reader);
	batch_clear(s.batch);
	free(s.batch);
	return r ? r : s.code;
}
