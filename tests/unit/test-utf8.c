/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "check-main.h"
#include "utf8.h"

static bool is_valid(const char *text)
{
	return lq__utf8_is_valid(text, strlen(text));
}

START_TEST(good)
{
	ck_assert(is_valid(""));
	ck_assert(is_valid("plain"));
	ck_assert(
		is_valid("\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
	ck_assert(is_valid("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
	ck_assert(lq__utf8_is_valid("a\0b", 3));
}
END_TEST

START_TEST(bad)
{
	static const char *const texts[] = {
		"\x80",
		"\xc0\x80",
		"\xc1\xbf", /* overlong */
		"\xe0\x9f\xbf",
		"\xf0\x8f\xbf\xbf", /* overlong */
		"\xed\xa0\x80",
		"\xed\xbf\xbf", /* surrogates */
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff", /* too large */
		"\xc2",
		"\xe2\x82",
		"\xf0\x9f\x98", /* cut */
		"\xe2\x28\xa1",
		"\xe2\x82\x28",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(!is_valid(texts[i]), "case %zu", i);
}
END_TEST

START_TEST(cleaned)
{
	static const char dirty[] = "a\0b\xff\xe2\x82z\xc3\xa9";
	struct buffer b = BUFFER_INIT(100);

	ck_assert_int_eq(lq__utf8_append_clean(&b, dirty, sizeof(dirty) - 1), 0);
	ck_assert_int_eq(buffer_append(&b, "", 1), 0);
	ck_assert_str_eq((const char *)buffer_begin(&b),
			 "a\xef\xbf\xbd"
			 "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xc3\xa9");
	buffer_fini(&b);
	b = BUFFER_INIT(2);
	ck_assert_int_eq(lq__utf8_append_clean(&b, "\xff", 1), -EMSGSIZE);
	buffer_fini(&b);
}
END_TEST

START_TEST(cuts)
{
	static const char text[] = "a\xe2\x82\xac"
				   "b"; /* a, euro sign, b */

	ck_assert_uint_eq(lq__utf8_cut_end(text, 5, 5), 5);
	ck_assert_uint_eq(lq__utf8_cut_end(text, 5, 4), 4);
	ck_assert_uint_eq(lq__utf8_cut_end(text, 5, 3), 1);
	ck_assert_uint_eq(lq__utf8_cut_end(text, 5, 2), 1);
	ck_assert_uint_eq(lq__utf8_cut_start(text, 5, 1), 1);
	ck_assert_uint_eq(lq__utf8_cut_start(text, 5, 2), 4);
	ck_assert_uint_eq(lq__utf8_cut_start(text, 5, 5), 5);
}
END_TEST

CHECK_MAIN("utf8", good, bad, cleaned, cuts)
