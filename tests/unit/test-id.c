/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "check-main.h"
#include "id.h"
#include "names.h"

START_TEST(form)
{
	char id[LQ_UUID_SIZE];

	lq__uuid_make(id);
	ck_assert_uint_eq(strlen(id), LQ_UUID_SIZE - 1);
	ck_assert(lq__is_job_id(id));
	ck_assert_int_eq(id[14], '4'); /* the random kind: tells neither host nor time */
	ck_assert_ptr_nonnull(strchr("89ab", id[19])); /* the variant of RFC 4122 */
	ck_assert_ptr_null(strpbrk(id, "ABCDEF"));
}
END_TEST

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, LQ_UUID_SIZE);
}

START_TEST(unique)
{
	static char ids[1000][LQ_UUID_SIZE];

	for (size_t i = 0; i < 1000; i++)
		lq__uuid_make(ids[i]);
	qsort(ids, 1000, LQ_UUID_SIZE, compare);
	for (size_t i = 1; i < 1000; i++)
		ck_assert_str_ne(ids[i - 1], ids[i]);
}
END_TEST

/* The host program's own sequence of random() is not ours to disturb. */
START_TEST(guest)
{
	char id[LQ_UUID_SIZE];

	srandom(1);
	long first = random(), second = random();
	srandom(1);
	ck_assert_int_eq(random(), first);
	lq__uuid_make(id);
	ck_assert_int_eq(random(), second);
}
END_TEST

CHECK_MAIN("id", form, unique, guest)
