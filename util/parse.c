/* SPDX-License-Identifier: MIT */
/* What people type: numbers with units. (Times: parse-time.c.) Integers throughout, so that nothing
 * is rounded that was given exactly. */
#include "parse.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "macro.h"

#define FRACTION_DIGITS 9 /* further ones are below any unit here and are dropped */
#define FRACTION_ONE INT64_C(1000000000)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at *at, moved behind them. 0, -EINVAL (none), -ERANGE (above max). */
static int take_number(const char **at, uint64_t max, uint64_t *ret)
{
	uint64_t number = 0;

	if (!is_digit(**at))
		return -EINVAL;
	for (; is_digit(**at); (*at)++) {
		unsigned int digit = (unsigned int)(**at - '0');

		if (number > (max - digit) / 10)
			return -ERANGE;
		number = number * 10 + digit;
	}
	*ret = number;
	return 0;
}

/* ".5" at *at as billionths; nothing there is 0. */
static int take_fraction(const char **at, int64_t *ret)
{
	int64_t fraction = 0;
	int n = 0;

	if (**at == '.') {
		(*at)++;
		if (!is_digit(**at))
			return -EINVAL;
		for (; is_digit(**at); (*at)++)
			if (n++ < FRACTION_DIGITS)
				fraction = fraction * 10 + (**at - '0');
		for (; n < FRACTION_DIGITS; n++)
			fraction *= 10;
	}
	*ret = fraction;
	return 0;
}

static const struct unit {
	const char *name;
	int64_t ms;
} units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 },
	{ "s", 1000 },     { "ms", 1 },      { "", 1000 },
};

static const struct unit *unit_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

int parse_duration_ms(const char *text, int64_t *ret_ms)
{
	uint64_t whole;
	int64_t fraction;

	if (strcmp(text, "forever") == 0) {
		*ret_ms = PARSE_FOREVER;
		return 0;
	}
	int r = take_number(&text, INT64_MAX, &whole);
	if (r < 0)
		return r;
	if (take_fraction(&text, &fraction) < 0)
		return -EINVAL;
	const struct unit *unit = unit_find(text);
	if (!unit)
		return -EINVAL;
	/* A day is 8.64e7 ms: times 1e9 that still fits. */
	int64_t part = fraction * unit->ms / FRACTION_ONE;
	if (whole > (uint64_t)((INT64_MAX - part) / unit->ms))
		return -ERANGE;
	*ret_ms = (int64_t)whole * unit->ms + part;
	return 0;
}

int parse_size(const char *text, uint64_t *ret_bytes)
{
	static const char letters[] = "kmg";
	unsigned int shift = 0;
	uint64_t number;

	int r = take_number(&text, UINT64_MAX, &number);
	if (r < 0)
		return r;
	if (*text) {
		/* Lower case by the bit that ASCII has for it. */
		const char *letter = strchr(letters, *text | 0x20);

		if (!letter || text[1])
			return -EINVAL;
		shift = 10 * (unsigned int)(letter - letters + 1);
	}
	if (number > UINT64_MAX >> shift)
		return -ERANGE;
	*ret_bytes = number << shift;
	return 0;
}

int parse_int64(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	bool is_negative = *text == '-';
	uint64_t number, most = is_negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;

	text += is_negative;
	int r = take_number(&text, most, &number);
	if (r < 0)
		return r;
	if (*text)
		return -EINVAL;
	int64_t value = is_negative ? (int64_t)-number : (int64_t)number;
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

/* The largest unit that leaves no rest; seconds with a fraction where none but ms does. */
char *format_duration_ms(int64_t ms, char buf[FORMAT_TIME_SIZE])
{
	if (ms == PARSE_FOREVER) {
		(void)snprintf(buf, FORMAT_TIME_SIZE, "forever");
		return buf;
	}
	if (ms == 0) {
		(void)snprintf(buf, FORMAT_TIME_SIZE, "0s");
		return buf;
	}
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (ms % units[i].ms != 0)
			continue;
		if (units[i].ms == 1 && ms > 1000)
			break;
		(void)snprintf(buf, FORMAT_TIME_SIZE, "%jd%s", (intmax_t)(ms / units[i].ms),
			       units[i].name);
		return buf;
	}
	int n = snprintf(buf, FORMAT_TIME_SIZE, "%jd.%03d", (intmax_t)(ms / 1000),
			 (int)(ms % 1000));
	while (buf[n - 1] == '0')
		n--;
	(void)snprintf(buf + n, FORMAT_TIME_SIZE - (size_t)n, "s");
	return buf;
}
