/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check-main.h"
#include "sized.h"

struct known {
	size_t size;
	int64_t a, b;
};

struct newer {
	struct known known;
	int64_t c;
};

START_TEST(copies_what_there_is)
{
	struct known to = { sizeof(to), 1, 2 };
	const struct known same = { sizeof(same), 3, 4 };
	const struct known older = { offsetof(struct known, b), 5, 6 };
	const struct known none = { sizeof(size_t), 7, 8 };

	ck_assert_int_eq(lq__sized_copy(&to, sizeof(to), &same), 0);
	ck_assert_int_eq(to.a, 3);
	ck_assert_int_eq(to.b, 4);
	ck_assert_int_eq(lq__sized_copy(&to, sizeof(to), &older), 0);
	ck_assert_int_eq(to.a, 5);
	ck_assert_int_eq(to.b, 4);
	ck_assert_int_eq(lq__sized_copy(&to, sizeof(to), &none), 0);
	ck_assert_int_eq(to.a, 5);
	ck_assert_uint_eq(to.size, sizeof(to));
}
END_TEST

START_TEST(newer_ones_only_where_unused)
{
	struct known to = { sizeof(to), 1, 2 };
	struct newer from = { { sizeof(from), 3, 4 }, 0 };

	ck_assert_int_eq(lq__sized_copy(&to, sizeof(to), &from), 0);
	ck_assert_int_eq(to.b, 4);
	from.known.b = 5;
	from.c = INT64_C(1) << 56;
	ck_assert_int_eq(lq__sized_copy(&to, sizeof(to), &from), -ENOTSUP);
	ck_assert_int_eq(to.b, 4);
}
END_TEST

/* What was never initialised must not be read to the end of the address space. */
START_TEST(sizes_that_are_none)
{
	static const size_t sizes[] = { 0, sizeof(size_t) - 1, LQ__SIZED_MAX + 1, SIZE_MAX };
	struct known to = { sizeof(to), 1, 2 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct known from = { sizes[i], 3, 4 };

		ck_assert_int_eq(lq__sized_copy(&to, sizeof(to), &from), -EINVAL);
	}
	ck_assert_int_eq(to.a, 1);
}
END_TEST

CHECK_MAIN("sized", copies_what_there_is, newer_ones_only_where_unused, sizes_that_are_none)
