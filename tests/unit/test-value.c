/* SPDX-License-Identifier: MIT */
/* lq_pack and lq_unpack: each letter both ways, byte-exact; wrong formats, wrong values, limits. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <libqueue/limits.h>
#include <libqueue/value.h>
#include <msgpack.h>

#include "check-main.h"

static void check_bytes(struct lq_value *value, const char *expected, size_t expected_size)
{
	const char *text;
	size_t size = 0;

	ck_assert_msg(lq_value_error(value, &text) == 0, "%s", text);
	const void *data = lq_value_data(value, &size);
	ck_assert_uint_eq(size, expected_size);
	ck_assert_mem_eq(data, expected, size);
	lq_value_free(value);
}

#define CHECK_BYTES(value, expected) check_bytes(value, expected, sizeof(expected) - 1)

static void check_error(struct lq_value *value, int error, const char *words)
{
	const char *text = NULL;
	size_t size = 1;

	ck_assert_int_eq(lq_value_error(value, &text), error);
	ck_assert_msg(strstr(text, words) != NULL, "\"%s\" lacks \"%s\"", text, words);
	ck_assert_ptr_null(lq_value_data(value, &size));
	ck_assert_uint_eq(size, 0);
	lq_value_free(value);
}

START_TEST(pack_letters)
{
	CHECK_BYTES(lq_pack("i", 5), "\x05");
	CHECK_BYTES(lq_pack("i", INT_MIN), "\xd2\x80\0\0\0");
	CHECK_BYTES(lq_pack("I", INT64_MIN), "\xd3\x80\0\0\0\0\0\0\0");
	CHECK_BYTES(lq_pack("f", 1.5), "\xcb\x3f\xf8\0\0\0\0\0\0");
	CHECK_BYTES(lq_pack("b", 7), "\xc3");
	CHECK_BYTES(lq_pack("b", 0), "\xc2");
	CHECK_BYTES(lq_pack("n"), "\xc0");
	CHECK_BYTES(lq_pack("s", ""), "\xa0");
	CHECK_BYTES(lq_pack("s#", "a\0b", (size_t)3), "\xa3"
						      "a\0b");
	CHECK_BYTES(lq_pack("s#", NULL, (size_t)0), "\xa0");
	CHECK_BYTES(lq_pack("B#", "\xff", (size_t)1), "\xc4\x01\xff");
	CHECK_BYTES(lq_pack("B#", NULL, (size_t)0), "\xc4\x00");
	CHECK_BYTES(lq_pack("{}"), "\x80");
	CHECK_BYTES(lq_pack("[]"), "\x90");
}
END_TEST

START_TEST(pack_nested)
{
	CHECK_BYTES(lq_pack("{s:s, s:i}", "to", "ada", "tries", 3), "\x82\xa2to\xa3"
								    "ada\xa5tries\x03");
	CHECK_BYTES(lq_pack(" [ i , [ i { s : [ ] } ] n ]\n", 1, 2, "k"),
		    "\x93\x01\x92\x02\x81\xa1k\x90\xc0");
	CHECK_BYTES(lq_pack("{s{s[iii]s{}}}", "a", "b", 1, 2, 3, "c"), "\x81\xa1"
								       "a\x82\xa1"
								       "b\x93\x01\x02\x03\xa1"
								       "c\x80");
}
END_TEST

START_TEST(pack_object)
{
	msgpack_object number = { .type = MSGPACK_OBJECT_POSITIVE_INTEGER, .via.u64 = 9 };

	CHECK_BYTES(lq_pack("[O]", &number), "\x91\x09");
	number.type = (msgpack_object_type)77;
	check_error(lq_pack("[O]", &number), -EINVAL, "not a msgpack object");
	check_error(lq_pack("O", (msgpack_object *)NULL), -EINVAL, "NULL");
}
END_TEST

START_TEST(malformed_formats)
{
	static const struct {
		const char *format, *words;
	} cases[] = {
		{ "", "character 1: it describes no value" },
		{ " ,:", "no value" },
		{ "x", "character 1: 'x'" },
		{ "[i", "character 3: '[' is not closed" },
		{ "{s:i", "'{' is not closed" },
		{ "{s}", "character 3: the last key has no value" },
		{ "{i:i}", "character 2: a key is wanted" },
		{ "{s#:i}", "a key is wanted" },
		{ "{[]:i}", "a key is wanted" },
		{ "[i}", "character 3: '}' closes nothing" },
		{ "]", "character 1: ']' closes nothing" },
		{ "ii", "character 2: more than one value" },
		{ "[]]", "character 3: more than one value" },
		{ "B", "'B' needs" },
		{ "[i#]", "character 3: '#'" },
		{ "[i, %s]", "character 5: '%'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *volatile format = cases[i].format;
		const char *text = "";
		struct lq_value *target = lq_pack("n");

		/* No argument may be touched: there are none. */
		check_error(lq_pack(format), -EINVAL, cases[i].words);
		ck_assert_int_eq(lq_unpack(target, format), -EINVAL);
		ck_assert_int_eq(lq_value_error(target, &text), -EINVAL);
		ck_assert_msg(strstr(text, cases[i].words) != NULL, "%s", text);
		lq_value_free(target);
	}
	check_error(lq_pack(NULL), -EINVAL, "NULL");
}
END_TEST

START_TEST(wrong_arguments)
{
	const char *nothing = NULL;

	check_error(lq_pack("{s:s}", "to", nothing), -EINVAL,
		    "character 4, \"to\": the text is NULL");
	check_error(lq_pack("[i, s]", 1, nothing), -EINVAL, "character 5: the text is NULL");
	check_error(lq_pack("{s:i}", nothing, 1), -EINVAL, "the key is NULL");
	check_error(lq_pack("{s:i}", "\xff", 1), -EINVAL, "UTF-8");
	check_error(lq_pack("s#", nothing, (size_t)1), -EINVAL, "NULL");
	check_error(lq_pack("B#", nothing, (size_t)1), -EINVAL, "NULL");
	check_error(lq_pack("[s, s]", "fine", "\xc3\x28"), -EINVAL, "character 5: the text is not");
	/* What follows an error is not read: these would crash. */
	check_error(lq_pack("[s, s, s]", nothing, (const char *)1, (const char *)1), -EINVAL,
		    "character 2");
}
END_TEST

START_TEST(long_key_is_cut_between_characters)
{
	char key[100];

	memset(key, 'k', sizeof(key));
	memcpy(key + 63, "\xe2\x82\xac", 3); /* across the limit of what is shown */
	key[99] = 0;
	struct lq_value *value = lq_pack("{s:s}", key, (char *)NULL);
	const char *text = NULL;
	ck_assert_int_eq(lq_value_error(value, &text), -EINVAL);
	ck_assert_ptr_nonnull(strstr(text, "kkk\": the text is NULL"));
	lq_value_free(value);
}
END_TEST

START_TEST(size_limit)
{
	static char text[LQ_ARGS_MAX + 1];
	size_t head = 5; /* of a str or bin of that size */

	memset(text, 'x', sizeof(text));
	struct lq_value *value = lq_pack("s#", text, LQ_ARGS_MAX - head);
	ck_assert_int_eq(lq_value_error(value, NULL), 0);
	lq_value_free(value);
	check_error(lq_pack("s#", text, LQ_ARGS_MAX - head + 1), -EMSGSIZE, "1 MiB");
	check_error(lq_pack("B#", text, LQ_ARGS_MAX - head + 1), -EMSGSIZE, "1 MiB");
	check_error(lq_pack("s#", text, SIZE_MAX), -EMSGSIZE, "1 MiB");
	check_error(lq_pack("B#", text, SIZE_MAX), -EMSGSIZE, "1 MiB");
}
END_TEST

/* "[[[...n...]]]" with that many brackets. */
static void nested_format(char *format, size_t depth)
{
	memset(format, '[', depth);
	format[depth] = 'n';
	memset(format + depth + 1, ']', depth);
	format[2 * depth + 1] = 0;
}

START_TEST(nesting_limit)
{
	char format[2 * LQ_NESTING_MAX + 4];
	const char *volatile f = format;
	struct lq_value *value;

	nested_format(format, LQ_NESTING_MAX);
	value = lq_pack(f);
	ck_assert_int_eq(lq_value_error(value, NULL), 0);
	ck_assert_int_eq(lq_unpack(value, f), 0);
	lq_value_free(value);
	nested_format(format, LQ_NESTING_MAX + 1);
	check_error(lq_pack(f), -EMSGSIZE, "deeper than 32");
}
END_TEST

START_TEST(from_msgpack)
{
	static char bomb[100];
	static char large[LQ_ARGS_MAX + 1] = "\xc6\0\x0f\xff\xfb";

	CHECK_BYTES(lq_value_from_msgpack("\x91\xc0", 2), "\x91\xc0");
	check_error(lq_value_from_msgpack(NULL, 0), -EINVAL, "no msgpack bytes");
	check_error(lq_value_from_msgpack("", 0), -EINVAL, "no msgpack bytes");
	check_error(lq_value_from_msgpack("\x92\xc0", 2), -EINVAL, "end within");
	check_error(lq_value_from_msgpack("\xc1", 1), -EINVAL, "not msgpack");
	check_error(lq_value_from_msgpack("\xc0\xc0\xc0", 3), -EINVAL, "2 bytes follow");
	memset(bomb, '\x91', sizeof(bomb));
	check_error(lq_value_from_msgpack(bomb, sizeof(bomb)), -EMSGSIZE, "deeper than 32");
	check_bytes(lq_value_from_msgpack(large, LQ_ARGS_MAX), large, LQ_ARGS_MAX);
	check_error(lq_value_from_msgpack(large, LQ_ARGS_MAX + 1), -EMSGSIZE, "limit");
}
END_TEST

START_TEST(unpack_letters)
{
	struct lq_value *value =
		lq_pack("[i, I, f, i, b, n, s, s#, B#, {s:i}]", -5, INT64_MAX, 1.5, 4, 1, "text",
			"a\0b", (size_t)3, "\xff\0", (size_t)2, "k", 6);
	const msgpack_object *object = NULL;
	const char *text = NULL, *sized = NULL;
	const void *bytes = NULL;
	size_t text_size = 0, bytes_size = 0;
	double fraction = 0, whole = 0;
	int64_t large = 0;
	int small = 0, truth = 0;

	ck_assert_int_eq(lq_unpack(value, "[i,I,f,f,b,n,s,s#,B#,O]", &small, &large, &fraction,
				   &whole, &truth, &text, &sized, &text_size, &bytes, &bytes_size,
				   &object),
			 0);
	ck_assert_int_eq(small, -5);
	ck_assert_int_eq(large, INT64_MAX);
	ck_assert_double_eq(fraction, 1.5);
	ck_assert_double_eq(whole, 4);
	ck_assert_int_eq(truth, 1);
	ck_assert_str_eq(text, "text");
	ck_assert_uint_eq(text_size, 3);
	ck_assert_mem_eq(sized, "a\0b", 4);
	ck_assert_uint_eq(bytes_size, 2);
	ck_assert_mem_eq(bytes, "\xff", 2);
	ck_assert_int_eq(object->type, MSGPACK_OBJECT_MAP);
	lq_value_free(value);
}
END_TEST

START_TEST(unpack_maps)
{
	struct lq_value *value =
		lq_pack("{s:i, s:{s:s}, s:[i,i,i]}", "a", 1, "b", "c", "deep", "d", 1, 2, 3);
	const char *deep = NULL;
	int a = 0, d = 0;

	/* In any order, other keys ignored, a longer array allowed. */
	ck_assert_int_eq(
		lq_unpack(value, "{s:[i], s:{s:s}, s:i}", "d", &d, "b", "c", &deep, "a", &a), 0);
	ck_assert_int_eq(d, 1);
	ck_assert_str_eq(deep, "deep");
	ck_assert_int_eq(a, 1);
	ck_assert_int_eq(lq_unpack(value, "{}"), 0);
	lq_value_free(value);
}
END_TEST

static void check_refused(struct lq_value *value, int result, const char *words)
{
	const char *text = "";

	ck_assert_int_eq(result, -EINVAL);
	ck_assert_int_eq(lq_value_error(value, &text), -EINVAL);
	ck_assert_msg(strstr(text, words) != NULL, "\"%s\" lacks \"%s\"", text, words);
}

START_TEST(unpack_refuses)
{
	struct lq_value *value = lq_pack("{s:i, s:s#, s:I, s:[i], s:n}", "i", 5, "zero", "a\0b",
					 (size_t)3, "large", INT64_MAX, "array", 1, "nil");
	const char *text;
	size_t size;
	int number, other;

	check_refused(value, lq_unpack(value, "{s:i}", "none", &number), "key \"none\" is missing");
	check_refused(value, lq_unpack(value, "{s:s}", "i", &text), "\"i\": text is wanted");
	check_refused(value, lq_unpack(value, "{s:s}", "zero", &text), "zero byte");
	check_refused(value, lq_unpack(value, "{s:i}", "large", &number), "out of range");
	check_refused(value, lq_unpack(value, "{s:[ii]}", "array", &number, &other), "at least 2");
	check_refused(value, lq_unpack(value, "[i]", &number), "this is a map");
	check_refused(value, lq_unpack(value, "{s:b}", "i", &number), "a boolean is wanted");
	check_refused(value, lq_unpack(value, "{s:n}", "i"), "nil is wanted");
	check_refused(value, lq_unpack(value, "{s:i}", "nil", &number), "this is nil");
	check_refused(value, lq_unpack(value, "{s:B#}", "zero", &text, &size), "bytes is wanted");
	check_refused(value, lq_unpack(value, "{s:i}", (char *)NULL, &number), "a key is NULL");
	/* The value itself is as good as before. */
	ck_assert_int_eq(lq_unpack(value, "{s:i}", "i", &number), 0);
	ck_assert_int_eq(lq_value_error(value, &text), 0);
	ck_assert_ptr_nonnull(lq_value_data(value, &size));
	lq_value_free(value);
}
END_TEST

START_TEST(integer_ranges)
{
	static const int64_t in[] = { INT_MIN, -1, 0, INT_MAX };
	static const int64_t out[] = { (int64_t)INT_MIN - 1, (int64_t)INT_MAX + 1 };
	struct lq_value *value;
	int64_t large;
	int number;

	for (size_t i = 0; i < 4; i++) {
		value = lq_pack("I", in[i]);
		ck_assert_int_eq(lq_unpack(value, "i", &number), 0);
		ck_assert_int_eq(number, in[i]);
		lq_value_free(value);
	}
	for (size_t i = 0; i < 2; i++) {
		value = lq_pack("I", out[i]);
		ck_assert_int_eq(lq_unpack(value, "i", &number), -EINVAL);
		ck_assert_int_eq(lq_unpack(value, "I", &large), 0);
		ck_assert_int_eq(large, out[i]);
		lq_value_free(value);
	}
	value = lq_value_from_msgpack("\xcf\x80\0\0\0\0\0\0\0", 9);
	ck_assert_int_eq(lq_unpack(value, "I", &large), -EINVAL);
	lq_value_free(value);
}
END_TEST

START_TEST(no_value)
{
	struct lq_value *broken = lq_pack("x");
	const char *text = NULL;
	size_t size = 1;
	int number;

	ck_assert_int_eq(lq_unpack(NULL, "i", &number), -EINVAL);
	ck_assert_int_eq(lq_value_error(NULL, &text), -EINVAL);
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(lq_value_data(NULL, &size));
	ck_assert_uint_eq(size, 0);
	lq_value_free(NULL);
	ck_assert_int_eq(lq_unpack(broken, "i", &number), -EINVAL);
	check_error(broken, -EINVAL, "'x'");
}
END_TEST

CHECK_MAIN("value", pack_letters, pack_nested, pack_object, malformed_formats, wrong_arguments,
	   long_key_is_cut_between_characters, size_limit, nesting_limit, from_msgpack,
	   unpack_letters, unpack_maps, unpack_refuses, integer_ranges, no_value)
