/* SPDX-License-Identifier: MIT */
/* The cursor: every form of msgpack, every cut of it, bombs of depth and count. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libqueue/limits.h>

#include "check-main.h"
#include "scan.h"

/* A copy of exact size on the heap, so that valgrind and ASan see one step too far. */
static int skip(const char *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, bytes, size);
	struct lq_scan s = { copy, copy + size };
	int r = lq__scan_skip(&s);
	if (r == 0 && s.at != s.end)
		r = 1;
	else if (r < 0)
		ck_assert_ptr_eq(s.at, copy);
	free(copy);
	return r;
}

#define FORM(bytes)                      \
	{                                \
		bytes, sizeof(bytes) - 1 \
	}

static const struct {
	const char *bytes;
	size_t size;
} forms[] = {
	FORM("\x7f"),
	FORM("\xe0"),
	FORM("\xc0"),
	FORM("\xc2"),
	FORM("\xc3"),
	FORM("\xa3"
	     "abc"),
	FORM("\xd9\x02"
	     "ab"),
	FORM("\xda\0\x02"
	     "ab"),
	FORM("\xdb\0\0\0\x02"
	     "ab"),
	FORM("\xc4\x02"
	     "ab"),
	FORM("\xc5\0\x02"
	     "ab"),
	FORM("\xc6\0\0\0\x02"
	     "ab"),
	FORM("\xc7\x02\x01"
	     "ab"),
	FORM("\xc8\0\x02\x01"
	     "ab"),
	FORM("\xc9\0\0\0\x02\x01"
	     "ab"),
	FORM("\xca\0\0\0\0"),
	FORM("\xcb\0\0\0\0\0\0\0\0"),
	FORM("\xcc\xff"),
	FORM("\xcd\xff\xff"),
	FORM("\xce\xff\xff\xff\xff"),
	FORM("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
	FORM("\xd0\x80"),
	FORM("\xd1\x80\0"),
	FORM("\xd2\x80\0\0\0"),
	FORM("\xd3\x80\0\0\0\0\0\0\0"),
	FORM("\xd4\x01"
	     "a"),
	FORM("\xd5\x01"
	     "ab"),
	FORM("\xd6\x01"
	     "abcd"),
	FORM("\xd7\x01"
	     "abcdefgh"),
	FORM("\xd8\x01"
	     "abcdefghijklmnop"),
	FORM("\x92\x01\xa1x"),
	FORM("\xdc\0\x01\x05"),
	FORM("\xdd\0\0\0\x01\x05"),
	FORM("\x81\xa1k\x90"),
	FORM("\xde\0\x01\x01\x02"),
	FORM("\xdf\0\0\0\x01\x01\x02"),
};

START_TEST(all_forms_and_their_cuts)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		ck_assert_msg(skip(forms[i].bytes, forms[i].size) == 0, "form %zu", i);
		for (size_t n = 0; n < forms[i].size; n++)
			ck_assert_msg(skip(forms[i].bytes, n) == -EPROTO, "form %zu at %zu", i, n);
	}
	ck_assert_int_eq(skip("\xc1", 1), -EPROTO);
}
END_TEST

START_TEST(nesting)
{
	char bytes[LQ_NESTING_MAX + 2];

	memset(bytes, '\x91', sizeof(bytes));
	bytes[LQ_NESTING_MAX] = '\xc0';
	ck_assert_int_eq(skip(bytes, LQ_NESTING_MAX + 1), 0);
	bytes[LQ_NESTING_MAX] = '\x91';
	bytes[LQ_NESTING_MAX + 1] = '\xc0';
	ck_assert_int_eq(skip(bytes, LQ_NESTING_MAX + 2), -EMSGSIZE);
	bytes[LQ_NESTING_MAX] = '\x90'; /* an empty one is a level too */
	ck_assert_int_eq(skip(bytes, LQ_NESTING_MAX + 1), -EMSGSIZE);
}
END_TEST

START_TEST(bombs)
{
	static char deep[1024 * 1024];

	memset(deep, '\x91', sizeof(deep));
	ck_assert_int_eq(skip(deep, sizeof(deep)), -EMSGSIZE);
	ck_assert_int_eq(skip("\xdd\xff\xff\xff\xff\0\0", 7), -EPROTO);
	ck_assert_int_eq(skip("\xdf\xff\xff\xff\xff\0\0", 7), -EPROTO);
	ck_assert_int_eq(skip("\xdf\x80\0\0\0\0\0", 7), -EPROTO);
	ck_assert_int_eq(skip("\xc9\xff\xff\xff\xff\0\0", 7), -EPROTO);
}
END_TEST

static struct lq_scan scan_of(const char *bytes, size_t size)
{
	return (struct lq_scan){ (const uint8_t *)bytes, (const uint8_t *)bytes + size };
}

START_TEST(numbers)
{
	static const struct {
		const char *bytes;
		size_t size;
		int64_t expected;
	} cases[] = {
		{ "\x05", 1, 5 },
		{ "\xff", 1, -1 },
		{ "\xcc\xff", 2, 255 },
		{ "\xd0\x80", 2, -128 },
		{ "\xd0\x7f", 2, 127 },
		{ "\xd1\xff\xfe", 3, -2 },
		{ "\xd2\x80\0\0\0", 5, INT32_MIN },
		{ "\xd3\x80\0\0\0\0\0\0\0", 9, INT64_MIN },
		{ "\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", 9, INT64_MAX },
	};
	int64_t number = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lq_scan s = scan_of(cases[i].bytes, cases[i].size);

		ck_assert_int_eq(lq__scan_int(&s, &number), 0);
		ck_assert_int_eq(number, cases[i].expected);
		ck_assert_ptr_eq(s.at, s.end);
	}
	struct lq_scan s = scan_of("\xcf\x80\0\0\0\0\0\0\0", 9);
	ck_assert_int_eq(lq__scan_int(&s, &number), -EPROTO);
}
END_TEST

START_TEST(typed)
{
	struct lq_scan s = scan_of("\x92\xa2hi\x81\xc0\xc4\x01z", 9);
	const char *text;
	const void *data;
	uint64_t number;
	size_t n;

	ck_assert_int_eq(lq__scan_map(&s, &n), -EPROTO);
	ck_assert_int_eq(lq__scan_array(&s, &n), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(lq__scan_bin(&s, &data, &n), -EPROTO);
	ck_assert_int_eq(lq__scan_str(&s, &text, &n), 0);
	ck_assert_mem_eq(text, "hi", n);
	ck_assert_int_eq(lq__scan_map(&s, &n), 0);
	ck_assert_int_eq(lq__scan_uint(&s, 9, &number), -EPROTO);
	ck_assert_int_eq(lq__scan_nil(&s), 0);
	ck_assert_int_eq(lq__scan_bin(&s, &data, &n), 0);
	ck_assert_mem_eq(data, "z", n);
	ck_assert_ptr_eq(s.at, s.end);
	ck_assert_int_eq(lq__scan_nil(&s), -EPROTO);
}
END_TEST

START_TEST(uint_has_a_limit)
{
	struct lq_scan s = scan_of("\x0a", 1);
	uint64_t number = 0;

	ck_assert_int_eq(lq__scan_uint(&s, 9, &number), -EPROTO);
	ck_assert_int_eq(lq__scan_uint(&s, 10, &number), 0);
	ck_assert_uint_eq(number, 10);
}
END_TEST

CHECK_MAIN("scan", all_forms_and_their_cuts, nesting, bombs, numbers, typed, uint_has_a_limit)
