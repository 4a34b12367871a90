/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "log.h"
#include "macro.h"

#define WHEN_MS 1763999999123 /* 2025-11-24T15:59:59.123Z */

static void expect(enum log_format format, const char *event, const struct log_field *fields,
		   size_t n, const char *wanted)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(4096);

	ck_assert_int_eq(log_format_line(&out, format, WHEN_MS, LOG_LEVEL_INFO, event, fields, n),
			 0);
	ck_assert_int_eq(buffer_append(&out, "", 1), 0);
	ck_assert_str_eq((const char *)buffer_begin(&out), wanted);
}

static const struct log_field ready[] = {
	{ "name", "web1", SIZE_MAX, 0 },
	{ "queues", "mail,default", SIZE_MAX, 0 },
	{ "runners", NULL, 0, 8 },
};

START_TEST(a_line_of_text)
{
	expect(LOG_FORMAT_TEXT, "ready", ready, ARRAY_SIZE(ready),
	       "2025-11-24T15:59:59.123Z info ready name=web1 queues=mail,default runners=8\n");
}
END_TEST

START_TEST(a_line_of_json)
{
	expect(LOG_FORMAT_JSON, "ready", ready, ARRAY_SIZE(ready),
	       "{\"time\":\"2025-11-24T15:59:59.123Z\",\"level\":\"info\",\"event\":\"ready\","
	       "\"name\":\"web1\",\"queues\":\"mail,default\",\"runners\":8}\n");
}
END_TEST

START_TEST(a_value_with_spaces_is_quoted_in_text)
{
	struct log_field field = LOG_TEXT("text", "two words");

	expect(LOG_FORMAT_TEXT, "e", &field, 1,
	       "2025-11-24T15:59:59.123Z info e text=\"two words\"\n");
}
END_TEST

START_TEST(an_empty_value_is_seen)
{
	struct log_field field = LOG_TEXT("text", "");

	expect(LOG_FORMAT_TEXT, "e", &field, 1, "2025-11-24T15:59:59.123Z info e text=\"\"\n");
}
END_TEST

/* Printed by a handler, say: it must not make a second line, nor break the JSON. */
START_TEST(what_could_forge_a_line_is_escaped)
{
	struct log_field field = LOG_BYTES("text", "a\n\"b\"\\\0\x7f", 8);

	expect(LOG_FORMAT_TEXT, "e", &field, 1,
	       "2025-11-24T15:59:59.123Z info e text=\"a\\u000a\\\"b\\\"\\\\\\u0000\\u007f\"\n");
}
END_TEST

static const struct {
	const char *bytes, *shown;
} utf8[] = {
	{ "\xc3\xa9", "\xc3\xa9" },
	{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	{ "\xc3", "\xef\xbf\xbd" },
	{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xff", "\xef\xbf\xbd" },
	{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};

START_TEST(broken_utf8_is_replaced)
{
	struct log_field field = LOG_TEXT("t", utf8[_i].bytes);
	char wanted[256] = "2025-11-24T15:59:59.123Z info e t=\"";

	(void)strncat(wanted, utf8[_i].shown, sizeof(wanted) - strlen(wanted) - 1);
	(void)strncat(wanted, "\"\n", sizeof(wanted) - strlen(wanted) - 1);
	expect(LOG_FORMAT_TEXT, "e", &field, 1, wanted);
}
END_TEST

START_TEST(a_level_that_is_off_writes_nothing)
{
	int fds[2];
	char read_back[256];

	ck_assert_int_eq(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	log_setup(fds[1], LOG_FORMAT_TEXT, LOG_LEVEL_WARNING);
	log_info("not this");
	ck_assert_int_eq((int)read(fds[0], read_back, sizeof(read_back)), -1);
	log_warning("but this", LOG_NUMBER("n", 1));
	ssize_t n = read(fds[0], read_back, sizeof(read_back) - 1);
	ck_assert_int_gt((int)n, 0);
	read_back[n] = '\0';
	ck_assert_ptr_nonnull(strstr(read_back, " warning but this n=1\n"));
	(void)close(fds[0]);
	(void)close(fds[1]);
}
END_TEST

START_TEST(who_does_not_read_stops_nobody)
{
	static char seen[2 << 20];
	size_t size = 0;
	ssize_t n;
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	log_setup(fds[1], LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	for (int i = 0; i < 10000; i++)
		log_info("a line that nobody reads", LOG_NUMBER("i", i));
	while ((n = read(fds[0], seen + size, sizeof(seen) - 1 - size)) > 0)
		size += (size_t)n;
	ck_assert_uint_lt(size, 100000);
	log_info("one more");
	n = read(fds[0], seen + size, sizeof(seen) - 1 - size);
	ck_assert_int_gt((int)n, 0);
	const char *told =
		strstr(seen + size, " warning log lines are left out: they were not read n=");
	ck_assert_ptr_nonnull(told);
	ck_assert_ptr_nonnull(strstr(told, " info one more\n"));
	(void)close(fds[0]);
	(void)close(fds[1]);
}
END_TEST

START_TEST(levels_by_name)
{
	enum log_level level = LOG_LEVEL_ERROR;

	ck_assert_int_eq(log_level_parse("debug", &level), 0);
	ck_assert_int_eq(level, LOG_LEVEL_DEBUG);
	ck_assert_int_eq(log_level_parse("loud", &level), -EINVAL);
	ck_assert_int_eq(level, LOG_LEVEL_DEBUG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *lines = tcase_create("lines");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, lines);
	tcase_add_test(lines, a_line_of_text);
	tcase_add_test(lines, a_line_of_json);
	tcase_add_test(lines, a_value_with_spaces_is_quoted_in_text);
	tcase_add_test(lines, an_empty_value_is_seen);
	tcase_add_test(lines, what_could_forge_a_line_is_escaped);
	tcase_add_loop_test(lines, broken_utf8_is_replaced, 0, (int)ARRAY_SIZE(utf8));
	tcase_add_test(lines, a_level_that_is_off_writes_nothing);
	tcase_add_test(lines, who_does_not_read_stops_nobody);
	tcase_add_test(lines, levels_by_name);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
