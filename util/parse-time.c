/* SPDX-License-Identifier: MIT */
/* Points in time: RFC 3339 and Unix seconds, both ways. The calendar is computed here: the system's
 * knows time zones, which these texts never mean. */
#include "parse.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

struct moment {
	int year, month, day, hour, minute, second, ms;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits, in min..max. */
static bool take_digits(const char **at, int n, int min, int max, int *ret)
{
	int number = 0;

	for (int i = 0; i < n; i++, (*at)++) {
		if (!is_digit(**at))
			return false;
		number = number * 10 + (**at - '0');
	}
	*ret = number;
	return number >= min && number <= max;
}

static bool take_char(const char **at, const char *allowed)
{
	if (!**at || !strchr(allowed, **at))
		return false;
	(*at)++;
	return true;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970-01-01. The year is counted from March, so that the leap day is its last. */
static int64_t days_from_date(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400; /* of 146,097 days each */
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */

	*ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
	*ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

/* ".25" as milliseconds, finer digits dropped; nothing there is 0. */
static bool take_ms(const char **at, int *ret_ms)
{
	int ms = 0, unit = 100;

	if (**at == '.') {
		(*at)++;
		if (!is_digit(**at))
			return false;
		for (; is_digit(**at); (*at)++, unit /= 10)
			ms += unit * (**at - '0');
	}
	*ret_ms = ms;
	return true;
}

static bool take_date_and_time(const char **at, struct moment *m)
{
	return take_digits(at, 4, 0, 9999, &m->year) && take_char(at, "-") &&
	       take_digits(at, 2, 1, 12, &m->month) && take_char(at, "-") &&
	       take_digits(at, 2, 1, days_in_month(m->year, m->month), &m->day) &&
	       take_char(at, "Tt ") && take_digits(at, 2, 0, 23, &m->hour) && take_char(at, ":") &&
	       take_digits(at, 2, 0, 59, &m->minute) && take_char(at, ":") &&
	       /* 60 is a leap second: the first of the next minute here. */
	       take_digits(at, 2, 0, 60, &m->second) && take_ms(at, &m->ms);
}

/* "Z" or "+02:00"; a time without either means a different moment to everybody. */
static bool take_offset(const char **at, int *ret_minutes)
{
	int hours, minutes;
	bool is_west = **at == '-';

	*ret_minutes = 0;
	if (take_char(at, "Zz"))
		return true;
	if (!take_char(at, "+-") || !take_digits(at, 2, 0, 23, &hours) || !take_char(at, ":") ||
	    !take_digits(at, 2, 0, 59, &minutes))
		return false;
	minutes += hours * 60;
	*ret_minutes = is_west ? -minutes : minutes;
	return true;
}

static int parse_unix(const char *text, int64_t *ret_unix_ms)
{
	int64_t seconds = 0;
	int ms;

	if (!is_digit(*text))
		return -EINVAL;
	for (; is_digit(*text); text++) {
		if (seconds > (INT64_MAX / 1000 - 10) / 10)
			return -ERANGE;
		seconds = seconds * 10 + (*text - '0');
	}
	if (!take_ms(&text, &ms) || *text)
		return -EINVAL;
	*ret_unix_ms = seconds * 1000 + ms;
	return 0;
}

int parse_time_ms(const char *text, int64_t *ret_unix_ms)
{
	struct moment m;
	int offset;

	if (*text == '@')
		return parse_unix(text + 1, ret_unix_ms);
	if (!take_date_and_time(&text, &m) || !take_offset(&text, &offset) || *text)
		return -EINVAL;
	int64_t minutes = days_from_date(m.year, m.month, m.day) * 1440 + m.hour * 60 + m.minute;
	*ret_unix_ms = (minutes - offset) * 60000 + m.second * 1000 + m.ms;
	return 0;
}

char *format_time_ms(int64_t unix_ms, char buf[FORMAT_TIME_SIZE])
{
	int64_t days = unix_ms / DAY_MS, rest = unix_ms % DAY_MS, year;
	int month, day;

	if (rest < 0) {
		rest += DAY_MS;
		days--;
	}
	date_from_days(days, &year, &month, &day);
	(void)snprintf(buf, FORMAT_TIME_SIZE, "%04jd-%02d-%02dT%02d:%02d:%02d.%03dZ",
		       (intmax_t)year, month, day, (int)(rest / 3600000), (int)(rest / 60000 % 60),
		       (int)(rest / 1000 % 60), (int)(rest % 1000));
	return buf;
}
