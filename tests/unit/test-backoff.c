/* SPDX-License-Identifier: MIT */
/* Backoff: the curve without jitter, the jitter's bounds, and numbers that overflow. */
#include "check-main.h"
#include "worker-protocol.h"

#define MIDDLE (UINT32_MAX / 2) /* next to no jitter */

START_TEST(doubles_up_to_the_limit)
{
	static const int64_t expected[] = { 1000, 2000, 4000, 8000, 10000, 10000 };

	for (unsigned int i = 0; i < 6; i++) {
		int64_t ms = lq_backoff_ms(1000, 10000, i + 1, MIDDLE);

		ck_assert_int_le(ms, expected[i]);
		ck_assert_int_ge(ms, expected[i] - 1);
	}
}
END_TEST

START_TEST(jitter_is_a_quarter)
{
	ck_assert_int_eq(lq_backoff_ms(1000, 3600000, 1, 0), 750);
	ck_assert_int_eq(lq_backoff_ms(1000, 3600000, 1, UINT32_MAX), 1250);
	ck_assert_int_eq(lq_backoff_ms(1000, 3600000, 2, 0), 1500);
	ck_assert_int_eq(lq_backoff_ms(1000, 1100, 1, UINT32_MAX), 1100);
	ck_assert_int_eq(lq_backoff_ms(1000, 1000000, 50, 0), 750000);
}
END_TEST

START_TEST(fixed)
{
	ck_assert_int_eq(lq_backoff_ms(5000, 5000, 1, 0), 5000);
	ck_assert_int_eq(lq_backoff_ms(5000, 5000, 9, UINT32_MAX), 5000);
	ck_assert_int_eq(lq_backoff_ms(5000, 3000, 1, 0), 3000);
}
END_TEST

START_TEST(no_overflow)
{
	static const int64_t numbers[] = { INT64_MIN, -1, 0, 1, 3, 1000, INT64_MAX / 2, INT64_MAX };
	static const unsigned int failures[] = { 0, 1, 31, 64, UINT32_MAX };
	static const uint32_t randoms[] = { 0, 1, MIDDLE, UINT32_MAX };

	for (size_t i = 0; i < 8 * 8 * 5 * 4; i++) {
		int64_t max = numbers[i / 8 % 8];
		int64_t ms =
			lq_backoff_ms(numbers[i % 8], max, failures[i / 64 % 5], randoms[i / 320]);

		ck_assert_int_ge(ms, 1);
		ck_assert_int_le(ms, max > 0 && max < LQ_DURATION_MAX_MS ? max
				     : max == 0                          ? 1
									 : LQ_DURATION_MAX_MS);
	}
}
END_TEST

CHECK_MAIN("backoff", doubles_up_to_the_limit, jitter_is_a_quarter, fixed, no_overflow)
