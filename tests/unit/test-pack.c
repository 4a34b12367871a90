/* SPDX-License-Identifier: MIT */
/* The writer: byte-exact forms, and an error that stays. */
#include <errno.h>
#include <string.h>

#include <libqueue/limits.h>

#include "check-main.h"
#include "pack.h"

static void check_bytes(struct lq_writer *w, const char *expected, size_t size)
{
	void *data = NULL;
	size_t n = 0;

	ck_assert_int_eq(lq__writer_take(w, &data, &n), 0);
	ck_assert_uint_eq(n, size);
	ck_assert_mem_eq(data, expected, size);
	free(data);
	lq__writer_fini(w);
}

START_TEST(forms)
{
	struct lq_writer w;

	lq__writer_init(&w, 1000);
	lq__write_map(&w, 1);
	lq__write_int(&w, -1);
	lq__write_array(&w, 5);
	lq__write_nil(&w);
	lq__write_bool(&w, true);
	lq__write_text(&w, "hi");
	lq__write_text(&w, NULL);
	lq__write_bin(&w, "\1", 1);
	lq__write_double(&w, 1);
	lq__write_int(&w, 300);
#define EXPECTED "\x81\xff\x95\xc0\xc3\xa2hi\xc0\xc4\1\1\xcb\x3f\xf0\0\0\0\0\0\0\xcd\x01\x2c"
	check_bytes(&w, EXPECTED, sizeof(EXPECTED) - 1);
#undef EXPECTED
}
END_TEST

START_TEST(forced_widths)
{
	struct lq_writer w;

	lq__writer_init(&w, 1000);
	lq__write_u16(&w, 1);
	lq__write_u32(&w, 2);
	lq__write_u64(&w, 3);
	check_bytes(&w, "\xcd\0\1\xce\0\0\0\2\xcf\0\0\0\0\0\0\0\3", 17);
}
END_TEST

START_TEST(error_stays)
{
	struct lq_writer w;
	void *data;
	size_t size;

	lq__writer_init(&w, 4);
	lq__write_text(&w, "abc");
	ck_assert_int_eq(w.error, 0);
	lq__write_nil(&w);
	ck_assert_int_eq(w.error, -EMSGSIZE);
	ck_assert(!w.is_too_deep);
	ck_assert_int_eq(lq__writer_take(&w, &data, &size), -EMSGSIZE);
	lq__writer_fini(&w);
}
END_TEST

START_TEST(object_depth)
{
	msgpack_object levels[LQ_NESTING_MAX + 1];

	levels[0] = (msgpack_object){ .type = MSGPACK_OBJECT_NIL };
	for (size_t i = 1; i <= LQ_NESTING_MAX; i++)
		levels[i] = (msgpack_object){ .type = MSGPACK_OBJECT_ARRAY,
					      .via.array = { 1, &levels[i - 1] } };
	for (unsigned int depth = 0; depth <= 1; depth++) {
		struct lq_writer w;

		lq__writer_init(&w, 1000);
		lq__write_object(&w, &levels[LQ_NESTING_MAX], depth);
		ck_assert_int_eq(w.error, depth ? -EMSGSIZE : 0);
		ck_assert_int_eq(w.is_too_deep, depth != 0);
		lq__writer_fini(&w);
	}
}
END_TEST

START_TEST(object_kinds)
{
	static const char bytes[] = "\x98\xc0\xc3\x07\xf8\xcb\x3f\xf8\0\0\0\0\0\0\xa1x\xc4\1y\x81"
				    "\xa1k\xd4\x05z";
	msgpack_unpacked unpacked;
	size_t offset = 0;
	struct lq_writer w;

	msgpack_unpacked_init(&unpacked);
	ck_assert_int_eq(msgpack_unpack_next(&unpacked, bytes, sizeof(bytes) - 1, &offset),
			 MSGPACK_UNPACK_SUCCESS);
	lq__writer_init(&w, 1000);
	lq__write_object(&w, &unpacked.data, 0);
	check_bytes(&w, bytes, sizeof(bytes) - 1);
	unpacked.data.type = (msgpack_object_type)99;
	lq__writer_init(&w, 1000);
	lq__write_object(&w, &unpacked.data, 0);
	ck_assert_int_eq(w.error, -EINVAL);
	lq__writer_fini(&w);
	msgpack_unpacked_destroy(&unpacked);
}
END_TEST

CHECK_MAIN("pack", forms, forced_widths, error_stays, object_depth, object_kinds)
