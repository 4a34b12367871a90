/* SPDX-License-Identifier: MIT */
/* Follows a stream of RESP2 without keeping any of it. */
#include "resp-guard.h"

#include "macro.h"

#include <errno.h>
#include <stdbool.h>

static int refuse(const char **ret_why, const char *why)
{
	*ret_why = why;
	return -EPROTO;
}

static void item_done(struct lq__guard *g)
{
	g->state = GUARD_TYPE;
	while (g->depth > 0 && --g->elements_left[g->depth - 1] == 0)
		g->depth--;
	if (g->depth == 0)
		g->n_bytes = g->n_elements = 0;
}

static int look_type(struct lq__guard *g, char c, const char **ret_why)
{
	switch (c) {
	case '+':
	case '-':
		g->state = GUARD_LINE;
		break;
	case ':':
	case '$':
	case '*':
		g->state = GUARD_NUMBER;
		break;
	default:
		return refuse(ret_why, "this is no Redis answer");
	}
	g->type = c;
	g->n_line = 0;
	g->last = '\0';
	return 0;
}

static int look_line(struct lq__guard *g, char c, const char **ret_why)
{
	if (c == '\n' && g->last == '\r')
		item_done(g);
	else if (++g->n_line > LQ__LINE_MAX)
		return refuse(ret_why, "a line without end");
	g->last = c;
	return 0;
}

static int look_array(struct lq__guard *g, int64_t n, const char **ret_why)
{
	if (n > LQ__ELEMENTS_MAX - (int64_t)g->n_elements)
		return refuse(ret_why, "an array of too many elements");
	if (n <= 0) {
		item_done(g);
		return 0;
	}
	if (g->depth == LQ__DEPTH_MAX)
		return refuse(ret_why, "arrays nested too deeply");
	g->n_elements += (size_t)n;
	g->elements_left[g->depth++] = (size_t)n;
	g->state = GUARD_TYPE;
	return 0;
}

/* The digits, strictly: hiredis 0.14 takes anything for a number. */
static bool parse_number(const struct lq__guard *g, int64_t *ret)
{
	bool is_negative = g->n_line > 0 && g->number[0] == '-';
	size_t i = is_negative;
	int64_t value = 0;

	if (i == g->n_line)
		return false;
	for (; i < g->n_line; i++) {
		int digit = g->number[i] - '0';

		/* Negative, because INT64_MIN has no positive. */
		if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	if (!is_negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*ret = value;
	return true;
}

static int look_number(struct lq__guard *g, const char **ret_why)
{
	int64_t n;

	if (!parse_number(g, &n))
		return refuse(ret_why, "a number or length that is none");
	if (g->type == ':') {
		item_done(g);
		return 0;
	}
	if (n < -1)
		return refuse(ret_why, "a negative length");
	if (g->type == '*')
		return look_array(g, n, ret_why);
	if (n > LQ__BULK_MAX)
		return refuse(ret_why, "a string that is too long");
	if (n < 0) {
		item_done(g);
		return 0;
	}
	g->left = (size_t)n + 2;
	g->state = GUARD_BODY;
	return 0;
}

static int look_digit(struct lq__guard *g, char c, const char **ret_why)
{
	if (c == '\r') {
		g->state = GUARD_NUMBER_END;
		return 0;
	}
	if (g->n_line == sizeof(g->number))
		return refuse(ret_why, "a number or length that is none");
	g->number[g->n_line++] = c;
	return 0;
}

static int look_body(struct lq__guard *g, char c, const char **ret_why)
{
	if (c != (g->left == 2 ? '\r' : '\n'))
		return refuse(ret_why, "a string that does not end where it says");
	if (--g->left == 0)
		item_done(g);
	return 0;
}

static int look_byte(struct lq__guard *g, char c, const char **ret_why)
{
	switch (g->state) {
	case GUARD_TYPE:
		return look_type(g, c, ret_why);
	case GUARD_LINE:
		return look_line(g, c, ret_why);
	case GUARD_NUMBER:
		return look_digit(g, c, ret_why);
	case GUARD_NUMBER_END:
		return c == '\n' ? look_number(g, ret_why)
				 : refuse(ret_why, "a number or length that is none");
	case GUARD_BODY:
	default:
		return look_body(g, c, ret_why);
	}
}

int lq__guard_look(struct lq__guard *g, const char *data, size_t size, const char **ret_why)
{
	for (size_t i = 0; i < size;) {
		size_t step = 1;

		if (g->state == GUARD_BODY && g->left > 2)
			step = MIN(g->left - 2, size - i);
		g->n_bytes += step;
		if (g->n_bytes > LQ__REPLY_MAX)
			return refuse(ret_why, "an answer that is too long");
		if (g->state == GUARD_BODY && g->left > 2) {
			g->left -= step;
		} else {
			int r = look_byte(g, data[i], ret_why);
			if (r < 0)
				return r;
		}
		i += step;
	}
	return 0;
}
