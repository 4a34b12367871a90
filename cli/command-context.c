/* SPDX-License-Identifier: MIT */
/* What every command does alike: say what went wrong, connect, know the queues. */
#include "command-context.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "words.h"

DEFINE_CLEANUP(struct lq_client *, cleanup_client, lq_client_close)

static void say(const struct context *c, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));

/* Words may quote what a job or a server said: no control character reaches the terminal. */
static void say(const struct context *c, const char *format, va_list list)
{
	char text[LQ_MESSAGE_MAX + 512];

	(void)vsnprintf(text, sizeof(text), format, list);
	output_clean(text);
	(void)fflush(stdout);
	(void)fprintf(stderr, "lq %s: %s\n", c->command->name, text);
}

int context_fail(const struct context *c, int code, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(c, format, list);
	va_end(list);
	return code;
}

int context_fail_usage(const struct context *c, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(c, format, list);
	va_end(list);
	(void)fprintf(stderr, "See `lq help %s`.\n", c->command->name);
	return LQ_EXIT_USAGE;
}

int context_exit_code(int r)
{
	switch (r) {
	case 0:
		return LQ_EXIT_DONE;
	case -EINVAL:
		return LQ_EXIT_USAGE;
	case -ECONNREFUSED:
	case -ECONNRESET:
	case -ETIMEDOUT:
	case -EACCES:
		return LQ_EXIT_UNREACHABLE;
	case LQ_TIMEOUT:
		return LQ_EXIT_WAIT;
	default:
		return LQ_EXIT_NOT;
	}
}

int context_fail_call(const struct context *c, int r, const char *about)
{
	const char *words = lq_client_error(c->client);

	if (!*words)
		words = lq_result_text(r);
	return context_fail(c, context_exit_code(r), "%s%s%s", about ? about : "",
			    about ? ": " : "", words);
}

bool context_want_words(const struct context *c, size_t n_min, size_t n_max)
{
	if (c->args.n_words >= n_min && c->args.n_words <= n_max)
		return true;
	if (c->args.n_words < n_min)
		(void)context_fail_usage(c, "something is missing: lq %s %s", c->command->name,
					 c->command->usage);
	else
		(void)context_fail_usage(c, "one word too many: %s",
					 word_shown(c->args.words[n_max]));
	return false;
}

/* What a URL may hold is secret: nothing of it is repeated in an error. */
static const char *find_url(const struct context *c)
{
	const char *url = c->args.url;

	if (!url)
		url = getenv("LQ_URL");
	if (!url || !*url)
		url = LQ_DEFAULT_URL;
	return strcmp(url, "@-") == 0 ? "@/dev/stdin" : url;
}

static int fail_open(const struct context *c, const struct lq_client *client, int r)
{
	int code = r == -EINVAL || r == -ENOTSUP ? LQ_EXIT_USAGE
		   : r == -ENOMEM                ? LQ_EXIT_NOT
						 : LQ_EXIT_UNREACHABLE;

	return context_fail(c, code, "%s", client ? lq_client_error(client) : lq_result_text(r));
}

struct lq_client *context_second_client(const struct context *c)
{
	_cleanup_(cleanup_client) struct lq_client *client = lq_client_new();

	return lq_client_open(client, find_url(c), NULL) < 0 ? NULL : TAKE(client);
}

int context_open(struct context *c)
{
	_cleanup_(cleanup_client) struct lq_client *client = lq_client_new();
	int r;

	if (c->args.url && !*c->args.url)
		return context_fail_usage(c, "the URL is empty");
	if (!c->args.url && getenv("LQ_JOB_ID"))
		return context_fail(
			c, LQ_EXIT_USAGE,
			"LQ_JOB_ID is set: this is a job, and a job has no URL; give one with -u");
	r = lq_client_open(client, find_url(c), NULL);
	if (r < 0)
		return fail_open(c, client, r);
	c->client = TAKE(client);
	return 0;
}

int context_load_queues(struct context *c)
{
	int r;

	if (c->has_queues)
		return 0;
	r = lq_queue_list(c->client, &c->queues);
	if (r < 0)
		return context_fail_call(c, r, "the known queues");
	c->has_queues = true;
	return 0;
}

int context_each_queue(struct context *c, bool all, int (*fn)(struct context *c, const char *queue))
{
	int r, code = LQ_EXIT_DONE;

	for (size_t i = 0; i < c->args.n_words; i++) {
		if (!word_is_queue(c->args.words[i]))
			return context_fail_usage(c, WORD_NO_QUEUE, word_shown(c->args.words[i]));
	}
	r = context_open(c);
	if (r == 0 && all)
		r = context_load_queues(c);
	if (r != 0)
		return r;
	for (size_t i = 0; i < (all ? c->queues.n : c->args.n_words); i++) {
		r = fn(c, all ? c->queues.names[i] : c->args.words[i]);
		code = code ? code : r;
	}
	return code;
}
