/* SPDX-License-Identifier: MIT */
#include "url-text.h"

#include "cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int lq__url_refuse(const struct lq__url_text *p, const char *at, const char *what)
{
	if (p->file)
		(void)snprintf(p->error, p->error_size,
			       "the Redis URL in the first line of %s, at character %zu: %s",
			       p->file, (size_t)(at - p->start) + 1, what);
	else
		(void)snprintf(p->error, p->error_size, "the Redis URL, at character %zu: %s",
			       (size_t)(at - p->start) + 1, what);
	return -EINVAL;
}

int lq__url_no_memory(const struct lq__url_text *p)
{
	(void)snprintf(p->error, p->error_size, "no memory for the Redis URL");
	return -ENOMEM;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int lq__url_decode(const struct lq__url_text *p, const char *from, const char *to, char **ret)
{
	_cleanup_(cleanup_free) char *text = malloc((size_t)(to - from) + 1);
	size_t n = 0;

	if (!text)
		return lq__url_no_memory(p);
	for (const char *c = from; c < to; c++) {
		if (*c != '%') {
			text[n++] = *c;
			continue;
		}
		int high = to - c > 2 ? hex_digit(c[1]) : -1;
		int low = to - c > 2 ? hex_digit(c[2]) : -1;
		if (high < 0 || low < 0 || high + low == 0)
			return lq__url_refuse(p, c,
					      "% is followed by two hexadecimal digits other than "
					      "00: write %25 for % itself");
		text[n++] = (char)(high * 16 + low);
		c += 2;
	}
	text[n] = '\0';
	*ret = TAKE(text);
	return 0;
}

bool lq__url_number(const char *from, const char *to, long min, long max, long *ret)
{
	long value = 0;

	if (from == to)
		return false;
	for (; from < to; from++) {
		if (*from < '0' || *from > '9')
			return false;
		value = value * 10 + (*from - '0');
		if (value > max)
			return false;
	}
	*ret = value;
	return value >= min;
}
