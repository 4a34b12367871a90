/* SPDX-License-Identifier: MIT */
/* The letters of a format: reading them, counting them, and what is a well-formed one. */
#include "value-format.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libqueue/limits.h>

char lq__format_next(struct lq_format *f)
{
	f->at += strspn(f->at, " \t\r\n,:");
	f->position = (size_t)(f->at - f->text) + 1;
	f->has_size = false;
	if (!*f->at)
		return 0;

	char letter = *f->at++;
	if (*f->at == '#' && (letter == 's' || letter == 'B')) {
		f->has_size = true;
		f->at++;
	}
	return letter;
}

size_t lq__format_count(const struct lq_format *f)
{
	struct lq_format copy = *f;
	size_t n = 0, depth = 0;

	for (;;) {
		char letter = lq__format_next(&copy);

		if (letter == '}' || letter == ']') {
			if (depth-- == 0)
				return n;
			continue;
		}
		if (depth == 0)
			n++;
		if (letter == '{' || letter == '[')
			depth++;
	}
}

/* What is being read: open[depth - 1] is the innermost bracket, n[] its values so far. */
struct check {
	struct lq_format f;
	char open[LQ_NESTING_MAX];
	size_t n[LQ_NESTING_MAX];
	size_t depth;
	char *text;
	size_t size;
};

__attribute__((format(printf, 3, 4))) static int check_fail(struct check *c, int error,
							    const char *format, ...)
{
	va_list args;
	char what[96];

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	(void)snprintf(c->text, c->size, "format, character %zu: %s", c->f.position, what);
	return error;
}

static int check_close(struct check *c, char letter)
{
	char open = letter == '}' ? '{' : '[';

	if (c->depth == 0 || c->open[c->depth - 1] != open)
		return check_fail(c, -EINVAL, "'%c' closes nothing", letter);
	if (letter == '}' && c->n[c->depth - 1] % 2 != 0)
		return check_fail(c, -EINVAL, "the last key has no value");
	c->depth--;
	return 0;
}

static int check_letter(struct check *c, char letter)
{
	bool is_open = letter == '{' || letter == '[';

	if (!strchr("{[iIfbnsBO", letter))
		return check_fail(c, -EINVAL, "'%c' is not a letter of the format", letter);
	if (letter == 'B' && !c->f.has_size)
		return check_fail(c, -EINVAL, "'B' needs its '#': a pointer, then a size_t");
	if (c->depth > 0) {
		size_t n = c->n[c->depth - 1]++;

		if (c->open[c->depth - 1] == '{' && n % 2 == 0 && (letter != 's' || c->f.has_size))
			return check_fail(c, -EINVAL, "a key is wanted ('s'), not '%c'", letter);
	}
	if (!is_open)
		return 0;
	if (c->depth == LQ_NESTING_MAX)
		return check_fail(c, -EMSGSIZE, "nested deeper than %d levels", LQ_NESTING_MAX);
	c->open[c->depth] = letter;
	c->n[c->depth++] = 0;
	return 0;
}

static int check_one(struct check *c)
{
	do {
		char letter = lq__format_next(&c->f);
		int r;

		if (letter == 0 && c->depth > 0)
			return check_fail(c, -EINVAL, "'%c' is not closed", c->open[c->depth - 1]);
		if (letter == 0)
			return check_fail(c, -EINVAL, "it describes no value");
		r = letter == '}' || letter == ']' ? check_close(c, letter)
						   : check_letter(c, letter);
		if (r < 0)
			return r;
	} while (c->depth > 0);
	return 0;
}

int lq__format_check(const char *format, char *text, size_t size)
{
	struct check c = {
		.f = { .text = format, .at = format },
		.text = text,
		.size = size,
	};

	if (!format) {
		(void)snprintf(text, size, "the format is NULL");
		return -EINVAL;
	}
	int r = check_one(&c);
	if (r < 0)
		return r;
	if (lq__format_next(&c.f) != 0)
		return check_fail(&c, -EINVAL, "more than one value; put them into [] or {}");
	return 0;
}
