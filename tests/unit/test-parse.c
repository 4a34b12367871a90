/* SPDX-License-Identifier: MIT */
/* Durations, sizes, numbers and times: good and bad, limits and one above, and back to text. */
#include <errno.h>
#include <string.h>

#include "check-main.h"
#include "parse.h"

#define UNTOUCHED 4711
#define N(a) (sizeof(a) / sizeof((a)[0]))

struct expected {
	const char *text;
	int result;
	int64_t value;
};

static void check_all(int (*parse)(const char *, int64_t *), const struct expected *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t value = UNTOUCHED;
		int r = parse(cases[i].text, &value);

		ck_assert_msg(r == cases[i].result, "\"%s\": %d", cases[i].text, r);
		ck_assert_msg(value == (r < 0 ? UNTOUCHED : cases[i].value), "\"%s\": %jd",
			      cases[i].text, (intmax_t)value);
	}
}

START_TEST(durations)
{
	static const struct expected cases[] = {
		{ "250ms", 0, 250 },
		{ "30s", 0, 30000 },
		{ "5m", 0, 300000 },
		{ "2h", 0, 7200000 },
		{ "7d", 0, 604800000 },
		{ "0", 0, 0 },
		{ "12", 0, 12000 },
		{ "1.5s", 0, 1500 },
		{ "1.5", 0, 1500 },
		{ "0.25d", 0, 21600000 },
		{ "0.0019s", 0, 1 },
		{ "1.9999999999999s", 0, 1999 },
		{ "forever", 0, PARSE_FOREVER },
		{ "9223372036854775807ms", 0, INT64_MAX },
		{ "9223372036854775.807s", 0, INT64_MAX },
		{ "9223372036854775.808s", -ERANGE, 0 },
		{ "9223372036854775808ms", -ERANGE, 0 },
		{ "106751991168d", -ERANGE, 0 },
		{ "99999999999999999999999s", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "-1s", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ "1.s", -EINVAL, 0 },
		{ ".5s", -EINVAL, 0 },
		{ "1w", -EINVAL, 0 },
		{ "1S", -EINVAL, 0 },
		{ "1h30m", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "Forever", -EINVAL, 0 },
		{ "ms", -EINVAL, 0 },
	};

	check_all(parse_duration_ms, cases, N(cases));
}
END_TEST

static int size_as_int(const char *text, int64_t *ret)
{
	uint64_t bytes = (uint64_t)*ret;
	int r = parse_size(text, &bytes);

	*ret = (int64_t)bytes;
	return r;
}

START_TEST(sizes)
{
	static const struct expected cases[] = {
		{ "0", 0, 0 },
		{ "64k", 0, 65536 },
		{ "64K", 0, 65536 },
		{ "1m", 0, 1048576 },
		{ "2g", 0, INT64_C(2147483648) },
		{ "18446744073709551615", 0, -1 },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "18014398509481983k", 0, (int64_t)(UINT64_C(18014398509481983) << 10) },
		{ "18014398509481984k", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "k", -EINVAL, 0 },
		{ "1kb", -EINVAL, 0 },
		{ "1.5k", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "1t", -EINVAL, 0 },
		{ "1\x0b", -EINVAL, 0 }, /* 'k' less the bit for lower case and another */
	};

	check_all(size_as_int, cases, N(cases));
}
END_TEST

static int any_int(const char *text, int64_t *ret)
{
	return parse_int64(text, INT64_MIN, INT64_MAX, ret);
}

static int small_int(const char *text, int64_t *ret)
{
	return parse_int64(text, -3, 10, ret);
}

START_TEST(integers)
{
	static const struct expected any[] = {
		{ "9223372036854775807", 0, INT64_MAX },
		{ "9223372036854775808", -ERANGE, 0 },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "-9223372036854775809", -ERANGE, 0 },
		{ "007", 0, 7 },
		{ "-0", 0, 0 },
	};
	static const struct expected small[] = {
		{ "10", 0, 10 },       { "11", -ERANGE, 0 }, { "-3", 0, -3 },
		{ "-4", -ERANGE, 0 },  { "", -EINVAL, 0 },   { "-", -EINVAL, 0 },
		{ "--1", -EINVAL, 0 }, { "1 ", -EINVAL, 0 }, { "+1", -EINVAL, 0 },
		{ "1a", -EINVAL, 0 },
	};

	check_all(any_int, any, N(any));
	check_all(small_int, small, N(small));
}
END_TEST

START_TEST(times)
{
	static const struct expected cases[] = {
		{ "1970-01-01T00:00:00Z", 0, 0 },
		{ "1969-12-31T23:59:59.999Z", 0, -1 },
		{ "2026-11-24T16:00:00.000Z", 0, INT64_C(1795536000000) },
		{ "2026-11-24t16:00:00z", 0, INT64_C(1795536000000) },
		{ "2026-11-24 16:00:00Z", 0, INT64_C(1795536000000) },
		{ "2026-11-24T18:30:00.25+02:30", 0, INT64_C(1795536000250) },
		{ "2026-11-24T14:00:00.9999-02:00", 0, INT64_C(1795536000999) },
		{ "2024-02-29T00:00:00Z", 0, INT64_C(1709164800000) },
		{ "2000-02-29T00:00:00Z", 0, INT64_C(951782400000) },
		{ "2016-12-31T23:59:60Z", 0, INT64_C(1483228800000) },
		{ "9999-12-31T23:59:59.999Z", 0, INT64_C(253402300799999) },
		{ "0000-01-01T00:00:00Z", 0, INT64_C(-62167219200000) },
		{ "@0", 0, 0 },
		{ "@1795536000", 0, INT64_C(1795536000000) },
		{ "@1.0015", 0, 1001 },
		{ "2026-11-24T16:00:00", -EINVAL, 0 }, /* no zone */
		{ "2026-11-24", -EINVAL, 0 },
		{ "2026-02-29T00:00:00Z", -EINVAL, 0 },
		{ "1900-02-29T00:00:00Z", -EINVAL, 0 },
		{ "2026-13-01T00:00:00Z", -EINVAL, 0 },
		{ "2026-00-01T00:00:00Z", -EINVAL, 0 },
		{ "2026-01-00T00:00:00Z", -EINVAL, 0 },
		{ "2026-01-01T24:00:00Z", -EINVAL, 0 },
		{ "2026-01-01T00:60:00Z", -EINVAL, 0 },
		{ "2026-01-01T00:00:61Z", -EINVAL, 0 },
		{ "2026-01-01T00:00:00.Z", -EINVAL, 0 },
		{ "2026-01-01T00:00:00+24:00", -EINVAL, 0 },
		{ "2026-01-01T00:00:00+0100", -EINVAL, 0 },
		{ "2026-01-01T00:00:00Zx", -EINVAL, 0 },
		{ "2026-1-1T00:00:00Z", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "1795536000", -EINVAL, 0 },
		{ "@", -EINVAL, 0 },
		{ "@-1", -EINVAL, 0 },
		{ "@1.", -EINVAL, 0 },
		{ "@1x", -EINVAL, 0 },
		{ "@99999999999999999999", -ERANGE, 0 },
	};

	check_all(parse_time_ms, cases, N(cases));
}
END_TEST

START_TEST(formatted_times)
{
	char buf[FORMAT_TIME_SIZE];
	int64_t back;

	ck_assert_str_eq(format_time_ms(0, buf), "1970-01-01T00:00:00.000Z");
	ck_assert_str_eq(format_time_ms(-1, buf), "1969-12-31T23:59:59.999Z");
	ck_assert_str_eq(format_time_ms(INT64_C(1795536000250), buf), "2026-11-24T16:00:00.250Z");
	ck_assert_str_eq(format_time_ms(INT64_MAX, buf), "292278994-08-17T07:12:55.807Z");
	ck_assert_str_eq(format_time_ms(INT64_MIN, buf), "-292275055-05-16T16:47:04.192Z");
	/* Each day of a 400 years' cycle, at an odd moment. */
	for (int64_t day = -1000; day < 146097; day++) {
		int64_t ms = day * 86400000 + day % 86400000 + 1;

		ck_assert_int_eq(parse_time_ms(format_time_ms(ms, buf), &back), 0);
		ck_assert_int_eq(back, ms);
	}
}
END_TEST

START_TEST(formatted_durations)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "0s" },
		{ 1, "1ms" },
		{ 999, "999ms" },
		{ 1000, "1s" },
		{ 1500, "1.5s" },
		{ 1001, "1.001s" },
		{ 60000, "1m" },
		{ 90000, "90s" },
		{ 5400000, "90m" },
		{ 7200000, "2h" },
		{ 86400000, "1d" },
		{ INT64_MAX, "9223372036854775.807s" },
		{ PARSE_FOREVER, "forever" },
	};
	char buf[FORMAT_TIME_SIZE];
	int64_t back;

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_str_eq(format_duration_ms(cases[i].ms, buf), cases[i].text);
		ck_assert_int_eq(parse_duration_ms(buf, &back), 0);
		ck_assert_int_eq(back, cases[i].ms);
	}
}
END_TEST

CHECK_MAIN("parse", durations, sizes, integers, times, formatted_times, formatted_durations)
