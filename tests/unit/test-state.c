/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include <libqueue/job.h>

#include "check-main.h"

START_TEST(round_trip)
{
	for (int i = 0; i < LQ_N_JOB_STATES; i++) {
		enum lq_job_state state = LQ_N_JOB_STATES;

		ck_assert_int_eq(
			lq_job_state_parse(lq_job_state_name((enum lq_job_state)i), &state), 0);
		ck_assert_int_eq((int)state, i);
	}
	ck_assert_str_eq(lq_job_state_name(LQ_JOB_QUEUED), "queued");
}
END_TEST

START_TEST(out_of_range)
{
	enum lq_job_state state = LQ_JOB_FAILED;

	ck_assert_str_eq(lq_job_state_name(LQ_N_JOB_STATES), "unknown");
	ck_assert_str_eq(lq_job_state_name((enum lq_job_state) - 1), "unknown");
	ck_assert_int_eq(lq_job_state_parse("", &state), -EINVAL);
	ck_assert_int_eq(lq_job_state_parse("Queued", &state), -EINVAL);
	ck_assert_int_eq(lq_job_state_parse(NULL, &state), -EINVAL);
	ck_assert_int_eq(state, LQ_JOB_FAILED);
}
END_TEST

CHECK_MAIN("state", round_trip, out_of_range)
