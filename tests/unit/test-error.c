/* SPDX-License-Identifier: MIT */
/* Every result of the closed list has a name and words of its own. */
#include <errno.h>
#include <string.h>

#include <libqueue/error.h>

#include "check-main.h"

static const struct {
	int result;
	const char *name;
} expected[] = {
	{ LQ_DUPLICATE, "LQ_DUPLICATE" },
	{ LQ_LOCKED, "LQ_LOCKED" },
	{ LQ_PARTIAL, "LQ_PARTIAL" },
	{ LQ_TIMEOUT, "LQ_TIMEOUT" },
	{ LQ_NOT_FOUND, "LQ_NOT_FOUND" },
	{ LQ_WRONG_STATE, "LQ_WRONG_STATE" },
	{ -ENOMEM, "ENOMEM" },
	{ -EINVAL, "EINVAL" },
	{ -ECONNREFUSED, "ECONNREFUSED" },
	{ -ECONNRESET, "ECONNRESET" },
	{ -ETIMEDOUT, "ETIMEDOUT" },
	{ -EPROTO, "EPROTO" },
	{ -EMSGSIZE, "EMSGSIZE" },
	{ -ENOTSUP, "ENOTSUP" },
	{ -ENOSPC, "ENOSPC" },
	{ -EACCES, "EACCES" },
	{ -EBUSY, "EBUSY" },
	{ -ECHILD, "ECHILD" },
};

#define N (sizeof(expected) / sizeof(expected[0]))

START_TEST(closed_list)
{
	for (size_t i = 0; i < N; i++) {
		ck_assert_str_eq(lq_result_name(expected[i].result), expected[i].name);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(lq_result_text(expected[i].result),
					 lq_result_text(expected[k].result));
	}
	ck_assert_str_eq(lq_result_name(0), "OK");
}
END_TEST

START_TEST(others)
{
	static const int strangers[] = { 7, -EPERM, -ENOENT, 1 << 30, -(1 << 30) };

	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		ck_assert_str_eq(lq_result_name(strangers[i]), "unknown");
		ck_assert_ptr_nonnull(lq_result_text(strangers[i]));
	}
}
END_TEST

CHECK_MAIN("error", closed_list, others)
