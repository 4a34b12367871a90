/* SPDX-License-Identifier: MIT */
/* How people write a job's options, and what the library is told. What is refused: tests/cli. */
#include <errno.h>
#include <string.h>

#include "check-main.h"
#include "job-options.h"

static struct job_options o;
static char error[JOB_OPTIONS_ERROR_SIZE];

static int set(const char *name, const char *value)
{
	return job_options_set(&o, name, value, error);
}

static void begin(void)
{
	o = JOB_OPTIONS_INIT;
}

START_TEST(both_spellings_of_a_name)
{
	begin();
	ck_assert_int_eq(set("result-ttl", "5s"), 0);
	ck_assert_int_eq(o.lq.result_ttl_ms, 5000);
	ck_assert_int_eq(set("result_ttl", "6s"), 0);
	ck_assert_int_eq(o.lq.result_ttl_ms, 6000);
	ck_assert_int_eq(set("result", "6s"), -ENOENT);
	ck_assert_int_eq(set("result_ttl_ms", "6s"), -ENOENT);
}
END_TEST

START_TEST(nothing_and_for_ever_are_said_as_such)
{
	begin();
	ck_assert_int_eq(set("result_ttl", "0"), 0);
	ck_assert_int_eq(o.lq.result_ttl_ms, LQ_AT_ONCE);
	ck_assert_int_eq(set("failure_ttl", "forever"), 0);
	ck_assert_int_eq(o.lq.failure_ttl_ms, LQ_FOREVER);
	ck_assert_int_eq(set("timeout", "forever"), 0);
	ck_assert_int_eq(o.lq.timeout_ms, LQ_FOREVER);
	ck_assert_int_eq(set("in", "0"), 0);
	ck_assert_int_eq(o.lq.delay_ms, 0);
}
END_TEST

START_TEST(retry_counts_further_attempts)
{
	begin();
	ck_assert_int_eq(set("retry", "0"), 0);
	ck_assert_int_eq(o.lq.max_attempts, 1);
	ck_assert_int_eq(set("retry", "3"), 0);
	ck_assert_int_eq(o.lq.max_attempts, 4);
	ck_assert_int_eq(set("retry", "forever"), 0);
	ck_assert_int_eq(o.lq.max_attempts, LQ_FOREVER);
}
END_TEST

START_TEST(backoff_has_one_end_or_two)
{
	begin();
	ck_assert_int_eq(set("backoff", "2s"), 0);
	ck_assert_int_eq(o.lq.backoff_ms, 2000);
	ck_assert_int_eq(o.lq.backoff_max_ms, 0);
	ck_assert_int_eq(set("backoff", "5s..5s"), 0);
	ck_assert_int_eq(o.lq.backoff_ms, 5000);
	ck_assert_int_eq(o.lq.backoff_max_ms, 5000);
	ck_assert_int_eq(set("backoff", "1.5..forever"), 0);
	ck_assert_int_eq(o.lq.backoff_ms, 1500);
	ck_assert_int_eq(o.lq.backoff_max_ms, LQ_FOREVER);
	/* 0 is the library's word for its default of a second. */
	ck_assert_int_eq(set("backoff", "0..0"), 0);
	ck_assert_int_eq(o.lq.backoff_ms, 1);
	ck_assert_int_eq(o.lq.backoff_max_ms, 1);
}
END_TEST

static const struct {
	const char *value, *key;
	int64_t ttl_ms;
} keys[] = {
	{ "key", "key", 0 },
	{ "key:5s", "key", 5000 },
	{ "a:b:1h", "a:b", 3600000 },
	{ "key:forever", "key", LQ_FOREVER },
	{ "user:42", "user:42", 0 },
	{ "key:", "key:", 0 },
	{ "mail:ada@example.org", "mail:ada@example.org", 0 },
};

START_TEST(a_unique_key_may_end_with_how_long)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		begin();
		ck_assert_int_eq(set("unique", keys[i].value), 0);
		ck_assert_int_eq(job_options_finish(&o, error), 0);
		ck_assert_str_eq(o.lq.unique_key, keys[i].key);
		ck_assert_int_eq(o.lq.unique_ttl_ms, keys[i].ttl_ms);
	}
}
END_TEST

START_TEST(a_time_before_all_times_is_now)
{
	begin();
	ck_assert_int_eq(set("at", "@0"), 0);
	ck_assert_int_eq(o.lq.run_at_ms, 1);
	ck_assert_int_eq(set("at", "@2.5"), 0);
	ck_assert_int_eq(o.lq.run_at_ms, 2500);
}
END_TEST

START_TEST(what_is_not_set_is_the_default)
{
	begin();
	ck_assert_int_eq(job_options_finish(&o, error), 0);
	ck_assert_ptr_null(o.lq.unique_key);
	ck_assert_ptr_null(o.lq.id);
	ck_assert_ptr_null(o.lq.queue);
	ck_assert_int_eq(o.lq.max_attempts, 0);
	ck_assert_uint_eq(o.lq.size, sizeof(o.lq));
}
END_TEST

CHECK_MAIN("cli-job-options", both_spellings_of_a_name, nothing_and_for_ever_are_said_as_such,
	   retry_counts_further_attempts, backoff_has_one_end_or_two,
	   a_unique_key_may_end_with_how_long, a_time_before_all_times_is_now,
	   what_is_not_set_is_the_default)
