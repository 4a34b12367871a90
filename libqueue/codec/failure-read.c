/* SPDX-License-Identifier: MIT */
/* Failures from a record, which may be another client's or nobody's: lenient about what is in it,
 * strict about its form. */
#include "failure.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "macro.h"
#include "utf8.h"

#define BACKTRACE_MAX 128 /* lines that are shown */

DEFINE_CLEANUP(struct lq_failure *, cleanup_failure, lq__failure_free)

void lq__failure_free(struct lq_failure *failure)
{
	if (!failure)
		return;
	for (size_t i = 0; i < failure->n_backtrace; i++)
		free(failure->backtrace[i]);
	free(failure->backtrace);
	free(failure->kind);
	free(failure->message);
	free(failure->signal);
	free(failure->stderr_tail);
	free(failure);
}

static struct lq_failure *failure_empty(int64_t at_ms)
{
	struct lq_failure *failure = malloc(sizeof(*failure));

	if (failure)
		*failure = (struct lq_failure){
			.exit_status = -1,
			.at_ms = at_ms,
			.user_ms = -1,
			.system_ms = -1,
			.max_rss_kb = -1,
		};
	return failure;
}

struct lq_failure *lq__failure_new(const char *kind, const char *message, int64_t at_ms)
{
	_cleanup_(cleanup_failure) struct lq_failure *failure = failure_empty(at_ms);

	if (!failure)
		return NULL;
	failure->kind = strdup(kind);
	failure->message = message ? strdup(message) : NULL;
	if (!failure->kind || (message && !failure->message))
		return NULL;
	return TAKE(failure);
}

/* What is not text is skipped, which leaves *ret_text alone. */
static int read_text(struct lq_scan *s, char **ret_text)
{
	struct lq_scan value = *s;
	const char *bytes;
	size_t size;

	if (lq__scan_skip(s) < 0)
		return -EPROTO;
	if (lq__scan_str(&value, &bytes, &size) < 0)
		return 0;
	char *text = lq__utf8_dup_clean(bytes, MIN(size, LQ_FAILURE_MAX));
	if (!text)
		return -ENOMEM;
	free(*ret_text); /* the key stood there before */
	*ret_text = text;
	return 0;
}

static int read_number(struct lq_scan *s, int64_t *ret)
{
	struct lq_scan value = *s;

	if (lq__scan_skip(s) < 0)
		return -EPROTO;
	(void)lq__scan_int(&value, ret); /* left alone where it is no number */
	return 0;
}

static int read_int(struct lq_scan *s, int *ret)
{
	int64_t number = *ret;

	if (read_number(s, &number) < 0)
		return -EPROTO;
	if (number >= INT_MIN && number <= INT_MAX)
		*ret = (int)number;
	return 0;
}

static int read_backtrace(struct lq_scan *s, struct lq_failure *failure)
{
	struct lq_scan lines = *s;
	size_t n;

	if (lq__scan_skip(s) < 0)
		return -EPROTO;
	if (failure->backtrace || lq__scan_array(&lines, &n) < 0 || n == 0)
		return 0;
	n = MIN(n, BACKTRACE_MAX);
	failure->backtrace = calloc(n, sizeof(char *));
	if (!failure->backtrace)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		char **line = &failure->backtrace[failure->n_backtrace];
		int r = read_text(&lines, line);

		if (r < 0)
			return r;
		failure->n_backtrace += *line != NULL;
	}
	return 0;
}

static bool is_key(const char *key, size_t size, const char *name)
{
	return size == strlen(name) && memcmp(key, name, size) == 0;
}

static int read_value(struct lq_scan *s, const char *key, size_t size, struct lq_failure *f)
{
	const struct {
		const char *name;
		char **target;
	} texts[] = {
		{ "kind", &f->kind },
		{ "message", &f->message },
		{ "signal", &f->signal },
		{ "stderr", &f->stderr_tail },
	};
	const struct {
		const char *name;
		int64_t *target;
	} numbers[] = {
		{ "user_ms", &f->user_ms },
		{ "system_ms", &f->system_ms },
		{ "max_rss_kb", &f->max_rss_kb },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (is_key(key, size, texts[i].name))
			return read_text(s, texts[i].target);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (is_key(key, size, numbers[i].name))
			return read_number(s, numbers[i].target);
	if (is_key(key, size, "errno"))
		return read_int(s, &f->error);
	if (is_key(key, size, "exit_status"))
		return read_int(s, &f->exit_status);
	if (is_key(key, size, "backtrace"))
		return read_backtrace(s, f);
	return lq__scan_skip(s);
}

int lq__failure_read(struct lq_scan *s, int64_t at_ms, struct lq_failure **ret_failure)
{
	_cleanup_(cleanup_failure) struct lq_failure *failure = failure_empty(at_ms);
	size_t n, size;
	const char *key;

	if (!failure)
		return -ENOMEM;
	if (lq__scan_map(s, &n) < 0)
		return -EPROTO;
	for (size_t i = 0; i < n; i++) {
		if (lq__scan_str(s, &key, &size) < 0)
			return -EPROTO;
		int r = read_value(s, key, size, failure);
		if (r < 0)
			return r == -ENOMEM ? r : -EPROTO;
	}
	*ret_failure = TAKE(failure);
	return 0;
}
