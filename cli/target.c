/* SPDX-License-Identifier: MIT */
/* Which jobs a command is about. */
#include "target.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "line-reader.h"
#include "macro.h"
#include "words.h"

/* Room for what is no id, to be told as such. */
#define LINE_MAX_BYTES 4096

DEFINE_CLEANUP(struct lq_job_info *, cleanup_info, lq_job_info_free)

static int fail_not_found(const struct context *c, const char *id, const char *queue)
{
	if (queue)
		return context_fail(c, LQ_EXIT_NOT, "no job %s in queue %s", id, queue);
	return context_fail(c, LQ_EXIT_NOT, "no job %s in any known queue", id);
}

static int find_in(struct context *c, const char *queue, const char *id,
		   struct lq_job_info **ret_info)
{
	int r = lq_job_find(c->client, queue, id, ret_info);

	if (r == LQ_NOT_FOUND)
		return fail_not_found(c, id, queue);
	return r < 0 ? context_fail_call(c, r, id) : 0;
}

/* Asks every known queue: one id may stand for a job in each, and then it is nobody's to choose. */
static int search(struct context *c, const char *id, struct lq_job_info **ret_info)
{
	_cleanup_(cleanup_info) struct lq_job_info *found = NULL;
	int r = context_load_queues(c);

	for (size_t i = 0; r == 0 && i < c->queues.n; i++) {
		_cleanup_(cleanup_info) struct lq_job_info *info = NULL;

		r = lq_job_find(c->client, c->queues.names[i], id, &info);
		if (r < 0)
			return context_fail_call(c, r, id);
		if (r == 0 && found)
			return context_fail(c, LQ_EXIT_NOT,
					    "%s is in the queues %s and %s: choose one with -q", id,
					    found->queue, info->queue);
		if (r == 0)
			found = TAKE(info);
		r = 0;
	}
	if (r == 0 && !found)
		return fail_not_found(c, id, NULL);
	if (r == 0)
		*ret_info = TAKE(found);
	return r;
}

int target_find(struct context *c, const char *queue, const char *id,
		char ret_queue[static LQ_NAME_MAX + 1], struct lq_job_info **ret_info)
{
	_cleanup_(cleanup_info) struct lq_job_info *info = NULL;
	int r = 0;

	if (!queue)
		r = search(c, id, &info);
	else if (ret_info)
		r = find_in(c, queue, id, &info);
	if (r != 0)
		return r;
	assert(queue || info);
	(void)snprintf(ret_queue, LQ_NAME_MAX + 1, "%s", queue ? queue : info->queue);
	if (ret_info)
		*ret_info = TAKE(info);
	return 0;
}

/* A line's id, if it is one. */
static int each_line(struct context *c, target_fn fn, const char *line, size_t size)
{
	char id[LQ_ID_SIZE];

	/* A file from elsewhere may end its lines with CR LF. */
	if (size > 0 && line[size - 1] == '\r')
		size--;
	if (size == 0)
		return 0;
	(void)snprintf(id, sizeof(id), "%.*s", (int)MIN(size, sizeof(id)), line);
	if (strlen(id) != size || !word_is_id(id))
		return context_fail(c, LQ_EXIT_NOT, WORD_NO_ID, word_shown(id));
	return fn(c, id);
}

static int each_from_stdin(struct context *c, target_fn fn)
{
	_cleanup_(line_reader_fini) struct line_reader reader;
	int code = 0;

	line_reader_init(&reader, STDIN_FILENO, LINE_MAX_BYTES);
	for (;;) {
		const char *line;
		size_t size;
		int outcome = line_reader_next(&reader, true, &line, &size), r;

		if (outcome == LINE_END)
			return code;
		if (outcome < 0)
			return context_fail(c, LQ_EXIT_NOT, "stdin: %s", strerror(-outcome));
		r = outcome == LINE_READY
			    ? each_line(c, fn, line, size)
			    : context_fail(c, LQ_EXIT_NOT, "no job has an id of that length");
		code = code ? code : r;
		if (r == LQ_EXIT_UNREACHABLE)
			return code;
	}
}

int target_each_id(struct context *c, target_fn fn)
{
	int code;

	for (size_t i = 0; i < c->args.n_words; i++) {
		const char *word = c->args.words[i];

		if (strcmp(word, "-") != 0 && !word_is_id(word))
			return context_fail_usage(c, WORD_NO_ID, word_shown(word));
	}
	code = context_open(c);
	if (code != 0)
		return code;
	for (size_t i = 0; i < c->args.n_words; i++) {
		const char *word = c->args.words[i];
		int r = strcmp(word, "-") == 0 ? each_from_stdin(c, fn) : fn(c, word);

		code = code ? code : r;
		if (r == LQ_EXIT_UNREACHABLE)
			break;
	}
	return code;
}
