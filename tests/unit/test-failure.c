/* SPDX-License-Identifier: MIT */
/* Failures: there and back, cut at their limits, cleaned, and read from what is foreign. */
#include <errno.h>
#include <string.h>

#include <libqueue/limits.h>

#include "check-main.h"
#include "failure.h"

#define REPLACED "\xef\xbf\xbd"

static const struct lq_failure_report nothing = {
	.exit_status = -1,
	.user_ms = -1,
	.system_ms = -1,
	.max_rss_kb = -1,
};

static struct lq_failure *round_trip(const struct lq_failure_report *report)
{
	struct lq_failure *failure = NULL;
	struct lq_writer w;
	void *bytes;
	size_t size;

	lq__writer_init(&w, LQ_FAILURE_MAX);
	lq__failure_write(&w, report);
	ck_assert_int_eq(lq__writer_take(&w, &bytes, &size), 0);
	struct lq_scan s = { bytes, (uint8_t *)bytes + size };
	ck_assert_int_eq(lq__failure_read(&s, 12, &failure), 0);
	ck_assert_ptr_eq(s.at, s.end);
	free(bytes);
	return failure;
}

START_TEST(empty)
{
	struct lq_failure *f = round_trip(&nothing);

	ck_assert_ptr_null(f->kind);
	ck_assert_ptr_null(f->message);
	ck_assert_ptr_null(f->signal);
	ck_assert_ptr_null(f->stderr_tail);
	ck_assert_int_eq(f->error, 0);
	ck_assert_int_eq(f->exit_status, -1);
	ck_assert_int_eq(f->user_ms, -1);
	ck_assert_int_eq(f->system_ms, -1);
	ck_assert_int_eq(f->max_rss_kb, -1);
	ck_assert_int_eq(f->at_ms, 12);
	ck_assert_uint_eq(f->n_backtrace, 0);
	lq__failure_free(f);
}
END_TEST

START_TEST(full)
{
	const struct lq_failure_report report = {
		.kind = "signal",
		.message = "crashed",
		.signal = "SIGSEGV",
		.stderr_tail = "a\0b",
		.stderr_size = 3,
		.error = 5,
		.exit_status = 0,
		.user_ms = 0,
		.system_ms = 7,
		.max_rss_kb = INT64_C(1) << 40,
	};
	struct lq_failure *f = round_trip(&report);

	ck_assert_str_eq(f->kind, "signal");
	ck_assert_str_eq(f->message, "crashed");
	ck_assert_str_eq(f->signal, "SIGSEGV");
	ck_assert_str_eq(f->stderr_tail, "a" REPLACED "b");
	ck_assert_int_eq(f->error, 5);
	ck_assert_int_eq(f->exit_status, 0);
	ck_assert_int_eq(f->user_ms, 0);
	ck_assert_int_eq(f->system_ms, 7);
	ck_assert_int_eq(f->max_rss_kb, INT64_C(1) << 40);
	lq__failure_free(f);
}
END_TEST

/* n times 'x' around what stands at the place of interest. */
static char *filled(size_t n, size_t at, const char *what)
{
	char *text = malloc(n + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', n);
	text[n] = 0;
	memcpy(text + at, what, strlen(what));
	return text;
}

static void check_message(size_t n, size_t at, const char *what, size_t expected)
{
	struct lq_failure_report report = nothing;
	char *text = filled(n, at, what);

	report.message = text;
	struct lq_failure *f = round_trip(&report);
	ck_assert_uint_eq(strlen(f->message), expected);
	lq__failure_free(f);
	free(text);
}

START_TEST(message_is_cut)
{
	check_message(LQ_MESSAGE_MAX, 0, "", LQ_MESSAGE_MAX);
	check_message(LQ_MESSAGE_MAX + 1, 0, "", LQ_MESSAGE_MAX);
	check_message(10 * LQ_MESSAGE_MAX, 0, "", LQ_MESSAGE_MAX);
	/* Between characters: a euro sign across the limit goes as a whole. */
	check_message(LQ_MESSAGE_MAX + 2, LQ_MESSAGE_MAX - 1, "\xe2\x82\xac", LQ_MESSAGE_MAX - 1);
	check_message(LQ_MESSAGE_MAX + 9, LQ_MESSAGE_MAX - 3, "\xe2\x82\xac", LQ_MESSAGE_MAX);
	/* One wrong byte becomes three. */
	check_message(LQ_MESSAGE_MAX, 5, "\xff", LQ_MESSAGE_MAX);
	check_message(LQ_MESSAGE_MAX - 2, 5, "\xff", LQ_MESSAGE_MAX);
}
END_TEST

START_TEST(stderr_keeps_its_end)
{
	struct lq_failure_report report = nothing;
	size_t n = LQ_STDERR_MAX + 100;
	char *text = filled(n, 99, "\xe2\x82\xac");

	text[n - 1] = '!';
	report.stderr_tail = text;
	report.stderr_size = n;
	struct lq_failure *f = round_trip(&report);
	ck_assert_uint_eq(strlen(f->stderr_tail), LQ_STDERR_MAX - 2);
	ck_assert_int_eq(f->stderr_tail[0], 'x');
	ck_assert_int_eq(f->stderr_tail[LQ_STDERR_MAX - 3], '!');
	lq__failure_free(f);
	report.stderr_size = LQ_STDERR_MAX;
	f = round_trip(&report);
	ck_assert_uint_eq(strlen(f->stderr_tail), LQ_STDERR_MAX);
	lq__failure_free(f);
	free(text);
}
END_TEST

START_TEST(all_wrong_bytes_fit)
{
	struct lq_failure_report report = nothing;
	char *text = malloc(4 * LQ_STDERR_MAX);

	memset(text, 0xff, 4 * LQ_STDERR_MAX);
	text[4 * LQ_STDERR_MAX - 1] = 0;
	report.kind = report.message = report.signal = report.stderr_tail = text;
	report.stderr_size = 4 * LQ_STDERR_MAX;
	struct lq_failure *f = round_trip(&report);
	ck_assert_uint_le(strlen(f->message), LQ_MESSAGE_MAX);
	ck_assert_uint_gt(strlen(f->message), LQ_MESSAGE_MAX - 3);
	ck_assert_uint_le(strlen(f->stderr_tail), LQ_STDERR_MAX);
	ck_assert_uint_gt(strlen(f->stderr_tail), LQ_STDERR_MAX - 3);
	lq__failure_free(f);
	free(text);
}
END_TEST

static int read_bytes(const char *bytes, size_t size, struct lq_failure **ret)
{
	uint8_t *copy = malloc(size ? size : 1); /* of exact size, for valgrind */

	memcpy(copy, bytes, size);
	struct lq_scan s = { copy, copy + size };
	int r = lq__failure_read(&s, 0, ret);
	free(copy);
	return r;
}

START_TEST(foreign)
{
	static const char lenient[] = "\x88\xa4kind\x05\xa7message\xa2\xff!\xa5"
				      "errno\xa1x\xa5"
				      "other\x91\x01"
				      "\xa9"
				      "backtrace\x93\xa1"
				      "a\xc0\xa1"
				      "b\xa7message\xa1z\xa7user_ms\xc0"
				      "\xab"
				      "exit_status\xcf\xff\xff\xff\xff\xff\xff\xff\xff";
	struct lq_failure *f = NULL;

	ck_assert_int_eq(read_bytes(lenient, sizeof(lenient) - 1, &f), 0);
	ck_assert_ptr_null(f->kind);
	ck_assert_str_eq(f->message, "z");
	ck_assert_int_eq(f->error, 0);
	ck_assert_int_eq(f->exit_status, -1);
	ck_assert_uint_eq(f->n_backtrace, 2);
	ck_assert_str_eq(f->backtrace[0], "a");
	ck_assert_str_eq(f->backtrace[1], "b");
	lq__failure_free(f);
	for (size_t n = 0; n < sizeof(lenient) - 1; n++)
		ck_assert_int_eq(read_bytes(lenient, n, &f), -EPROTO);
	ck_assert_int_eq(read_bytes("\x90", 1, &f), -EPROTO);
	ck_assert_int_eq(read_bytes("\x81\x01\x02", 3, &f), -EPROTO);
	ck_assert_int_eq(read_bytes("\xdf\xff\xff\xff\xff", 5, &f), -EPROTO);
}
END_TEST

START_TEST(long_backtrace)
{
	struct lq_failure *f = NULL;
	char *bytes = malloc(14 + 2000);

	memcpy(bytes,
	       "\x81\xa9"
	       "backtrace\xdc\x03\xe8",
	       14);
	for (size_t i = 0; i < 1000; i++)
		memcpy(bytes + 14 + 2 * i, "\xa1x", 2);
	ck_assert_int_eq(read_bytes(bytes, 14 + 2000, &f), 0);
	ck_assert_uint_eq(f->n_backtrace, 128);
	lq__failure_free(f);
	free(bytes);
}
END_TEST

CHECK_MAIN("failure", empty, full, message_is_cut, stderr_keeps_its_end, all_wrong_bytes_fit,
	   foreign, long_backtrace)
