/* SPDX-License-Identifier: MIT */
/* JSON <-> msgpack objects: what JSON lacks, what is refused, and that nothing is lost on the way.
 */
#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "cleanup.h"
#include "json-msgpack.h"
#include "macro.h"

#define DEPTH 32

DEFINE_CLEANUP(json_t *, cleanup_json, json_decref)
DEFINE_CLEANUP(msgpack_zone *, cleanup_zone, msgpack_zone_free)

static char error[JSON_ERROR_SIZE];

static json_t *parse(const char *text)
{
	return json_parse(text, strlen(text), error);
}

static msgpack_object to_object(const json_t *json, msgpack_zone *zone)
{
	msgpack_object object;

	ck_assert_int_eq(json_to_msgpack(json, DEPTH, zone, &object, error), 0);
	return object;
}

/* text -> object -> text */
static char *round_trip(const char *text)
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(512);
	_cleanup_(cleanup_json) json_t *in = parse(text), *out = NULL;
	msgpack_object object;

	ck_assert_msg(in != NULL, "%s: %s", text, error);
	object = to_object(in, zone);
	out = json_from_msgpack(&object);
	return json_dumps(out, JSON_COMPACT | JSON_ENCODE_ANY);
}

static const char *const same[] = {
	"null",
	"true",
	"false",
	"0",
	"-1",
	"9223372036854775807",
	"-9223372036854775808",
	"1.5",
	"\"\"",
	"\"text\"",
	"\"a\\u0000b\"",
	"\"caf\xc3\xa9\"",
	"[]",
	"{}",
	"[1,[2,[]],{\"a\":{}}]",
	"{\"b\":1,\"a\":null}",
	"\"18446744073709551615\"",
	"\"9223372036854775808\"",
	"{\"$bin\":\"\"}",
	"{\"$bin\":\"AAH/\"}",
	"{\"$bin\":\"AA==\",\"other\":1}",
};

START_TEST(round_trip_keeps_it)
{
	_cleanup_(cleanup_free) char *text = round_trip(same[_i]);

	ck_assert_str_eq(text, same[_i]);
}
END_TEST

static const char *const refused[] = {
	"",          "{",        "tru",          "{\"a\":1,\"a\":2}",    "[1] 2",
	"{\"a\" 1}", "'single'", "\"\xff\xfe\"", "18446744073709551615",
};

START_TEST(text_that_is_no_json_is_refused_with_words)
{
	error[0] = '\0';
	ck_assert_ptr_null(parse(refused[_i]));
	ck_assert_int_eq(strncmp(error, "no JSON: ", 9), 0);
}
END_TEST

static const struct {
	const char *text;
	msgpack_object_type type;
} digits[] = {
	{ "\"9223372036854775808\"", MSGPACK_OBJECT_POSITIVE_INTEGER },
	{ "\"18446744073709551615\"", MSGPACK_OBJECT_POSITIVE_INTEGER },
	{ "\"9223372036854775807\"", MSGPACK_OBJECT_STR },
	{ "\"18446744073709551616\"", MSGPACK_OBJECT_STR },
	{ "\"99999999999999999999\"", MSGPACK_OBJECT_STR },
	{ "\"09223372036854775808\"", MSGPACK_OBJECT_STR },
	{ "\"9223372036854775808x\"", MSGPACK_OBJECT_STR },
	{ "\"42\"", MSGPACK_OBJECT_STR },
};

START_TEST(digits_are_a_number_only_where_json_has_none)
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(512);
	_cleanup_(cleanup_json) json_t *json = parse(digits[_i].text);

	ck_assert_int_eq(to_object(json, zone).type, digits[_i].type);
}
END_TEST

START_TEST(bin_holds_its_bytes)
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(512);
	_cleanup_(cleanup_json) json_t *json = parse("{\"$bin\":\"AAH/\"}");
	msgpack_object object = to_object(json, zone);

	ck_assert_int_eq(object.type, MSGPACK_OBJECT_BIN);
	ck_assert_uint_eq(object.via.bin.size, 3);
	ck_assert_mem_eq(object.via.bin.ptr, "\x00\x01\xff", 3);
}
END_TEST

static const char *const bad_bin[] = {
	"{\"$bin\":1}",        "{\"$bin\":\"A\"}",        "{\"$bin\":\"AAA\"}",
	"{\"$bin\":\"A===\"}", "{\"$bin\":\"AA==AAAA\"}", "{\"$bin\":\"A*==\"}",
	"{\"$bin\":\"AB==\"}", "{\"$bin\":\"AA=A\"}",     "{\"$bin\":\"A\\u0000==\"}",
};

START_TEST(bin_without_base64_is_refused)
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(512);
	_cleanup_(cleanup_json) json_t *json = parse(bad_bin[_i]);
	msgpack_object object;

	ck_assert_int_eq(json_to_msgpack(json, DEPTH, zone, &object, error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "$bin"));
}
END_TEST

static int convert_nested(unsigned int depth, char open, char close)
{
	_cleanup_(cleanup_zone) msgpack_zone *zone = msgpack_zone_new(512);
	_cleanup_(cleanup_free) char *text = malloc((size_t)depth * 2 + 1);
	_cleanup_(cleanup_json) json_t *json = NULL;
	msgpack_object object;

	memset(text, open, depth);
	memset(text + depth, close, depth);
	text[(size_t)depth * 2] = '\0';
	json = parse(text);
	return json_to_msgpack(json, DEPTH, zone, &object, error);
}

START_TEST(nesting_ends_at_its_limit)
{
	ck_assert_int_eq(convert_nested(DEPTH, '[', ']'), 0);
	ck_assert_int_eq(convert_nested(DEPTH + 1, '[', ']'), -EMSGSIZE);
	ck_assert_ptr_nonnull(strstr(error, "32"));
}
END_TEST

static char *show(const msgpack_object *object)
{
	_cleanup_(cleanup_json) json_t *json = json_from_msgpack(object);

	return json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
}

START_TEST(numbers_that_json_lacks_are_null)
{
	const double values[] = { NAN, INFINITY, -INFINITY };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		msgpack_object object = { .type = MSGPACK_OBJECT_FLOAT64, .via.f64 = values[i] };
		_cleanup_(cleanup_free) char *text = show(&object);

		ck_assert_str_eq(text, "null");
	}
}
END_TEST

static const struct {
	double number;
	const char *text;
} reals[] = {
	{ 0.1, "[0.1]" },
	{ 1e300, "[1e300]" },
	{ -2.5, "[-2.5]" },
	{ 1, "[1.0]" },
	{ 0.1 + 0.2, "[0.30000000000000004]" },
	{ 5e-324, "[4.94065645841247e-324]" },
};

START_TEST(reals_have_the_digits_they_need)
{
	_cleanup_(cleanup_json) json_t *json = json_pack("[f]", reals[_i].number);
	_cleanup_(cleanup_free) char *text = json_format(json, JSON_COMPACT);
	_cleanup_(cleanup_json) json_t *back = parse(text);

	ck_assert_str_eq(text, reals[_i].text);
	ck_assert(json_real_value(json_array_get(back, 0)) == reals[_i].number);
}
END_TEST

START_TEST(keys_that_are_no_text_are_their_json)
{
	msgpack_object one = { .type = MSGPACK_OBJECT_POSITIVE_INTEGER, .via.u64 = 1 };
	msgpack_object list = { .type = MSGPACK_OBJECT_ARRAY, .via.array = { 1, &one } };
	msgpack_object bytes = { .type = MSGPACK_OBJECT_BIN, .via.bin = { 1, "\xff" } };
	msgpack_object zero = { .type = MSGPACK_OBJECT_STR, .via.str = { 3, "a\0b" } };
	msgpack_object nil = { .type = MSGPACK_OBJECT_NIL };
	msgpack_object_kv pairs[] = {
		{ one, one }, { list, one }, { bytes, one }, { nil, one }, { zero, one },
	};
	msgpack_object map = { .type = MSGPACK_OBJECT_MAP,
			       .via.map = { ARRAY_SIZE(pairs), pairs } };
	_cleanup_(cleanup_free) char *text = show(&map);

	ck_assert_str_eq(text, "{\"1\":1,\"[1]\":1,\"{\\\"$bin\\\":\\\"/w==\\\"}\":1,\"null\":1,"
			       "\"a\\u0000b\":1}");
}
END_TEST

START_TEST(foreign_text_and_ext_show_their_bytes)
{
	msgpack_object text = { .type = MSGPACK_OBJECT_STR, .via.str = { 2, "a\xff" } };
	msgpack_object ext = { .type = MSGPACK_OBJECT_EXT, .via.ext = { -1, 1, "a" } };
	_cleanup_(cleanup_free) char *shown_text = show(&text);
	_cleanup_(cleanup_free) char *shown_ext = show(&ext);

	ck_assert_str_eq(shown_text, "{\"$bin\":\"Yf8=\"}");
	ck_assert_str_eq(shown_ext, "{\"$ext\":[-1,\"YQ==\"]}");
}
END_TEST

START_TEST(base64_of_every_length)
{
	uint8_t data[64], back[64];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 37 + 11);
	for (size_t n = 0; n <= sizeof(data) - 4; n++) {
		_cleanup_(cleanup_free) char *text = base64_encode(data, n);
		size_t size = 0;

		ck_assert_uint_le(n, base64_decoded_max(strlen(text)));
		ck_assert_int_eq(base64_decode(text, strlen(text), back, &size), 0);
		ck_assert_uint_eq(size, n);
		ck_assert_mem_eq(back, data, n);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *tc = tcase_create("json");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_loop_test(tc, round_trip_keeps_it, 0, ARRAY_SIZE(same));
	tcase_add_loop_test(tc, text_that_is_no_json_is_refused_with_words, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, digits_are_a_number_only_where_json_has_none, 0,
			    ARRAY_SIZE(digits));
	tcase_add_test(tc, bin_holds_its_bytes);
	tcase_add_loop_test(tc, bin_without_base64_is_refused, 0, ARRAY_SIZE(bad_bin));
	tcase_add_test(tc, nesting_ends_at_its_limit);
	tcase_add_test(tc, numbers_that_json_lacks_are_null);
	tcase_add_loop_test(tc, reals_have_the_digits_they_need, 0, ARRAY_SIZE(reals));
	tcase_add_test(tc, keys_that_are_no_text_are_their_json);
	tcase_add_test(tc, foreign_text_and_ext_show_their_bytes);
	tcase_add_test(tc, base64_of_every_length);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
