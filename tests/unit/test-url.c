/* SPDX-License-Identifier: MIT */
#include "macro.h"
#include "url.h"

#include <check.h>
#include <errno.h>
#include <libqueue/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEN "0123456789"

static const struct accepted {
	const char *text, *host, *port, *user, *password, *prefix, *display;
	int db;
	bool is_unix;
} accepted[] = {
	{ "redis://h", "h", "6379", NULL, NULL, "lq", "redis://h:6379/0", 0, false },
	{ "redis://h/", "h", "6379", NULL, NULL, "lq", "redis://h:6379/0", 0, false },
	{ "redis://h:7000/15", "h", "7000", NULL, NULL, "lq", "redis://h:7000/15", 15, false },
	{ "redis://:pw@h", "h", "6379", NULL, "pw", "lq", "redis://h:6379/0", 0, false },
	{ "redis://u:p%40%2F%25@h:1", "h", "1", "u", "p@/%", "lq", "redis://h:1/0", 0, false },
	{ "redis://u%3a:p:q@h", "h", "6379", "u:", "p:q", "lq", "redis://h:6379/0", 0, false },
	{ "redis://u:a@b@h", "h", "6379", "u", "a@b", "lq", "redis://h:6379/0", 0, false },
	{ "redis://[::1]", "::1", "6379", NULL, NULL, "lq", "redis://[::1]:6379/0", 0, false },
	{ "redis://:p@[fe80::1%25eth0]:65535/1?prefix=a.b-c_D", "fe80::1%eth0", "65535", NULL, "p",
	  "a.b-c_D", "redis://[fe80::1%eth0]:65535/1", 1, false },
	{ "redis://h?prefix=x", "h", "6379", NULL, NULL, "x", "redis://h:6379/0", 0, false },
	{ "unix:///a/b.sock", "/a/b.sock", "", NULL, NULL, "lq", "unix:///a/b.sock", 0, true },
	{ "unix:///a%20b@c?db=3&prefix=p", "/a b@c", "", NULL, NULL, "p", "unix:///a b@c?db=3", 3,
	  true },
	{ "unix://u:pw@/s", "/s", "", "u", "pw", "lq", "unix:///s", 0, true },
	{ "unix://:pw@/s?db=2147483647", "/s", "", NULL, "pw", "lq", "unix:///s?db=2147483647",
	  2147483647, true },
};

static void same(const char *actual, const char *expected)
{
	if (expected)
		ck_assert_str_eq(actual, expected);
	else
		ck_assert_ptr_null(actual);
}

START_TEST(test_accepted)
{
	const struct accepted *a = &accepted[_i];
	struct lq__url url;
	char words[256] = "untouched";

	ck_assert_int_eq(lq__url_parse(a->text, &url, words, sizeof(words)), 0);
	ck_assert_str_eq(url.host, a->host);
	ck_assert_str_eq(url.port, a->port);
	same(url.user, a->user);
	same(url.password, a->password);
	ck_assert_str_eq(url.prefix, a->prefix);
	ck_assert_str_eq(url.display, a->display);
	ck_assert_int_eq(url.db, a->db);
	ck_assert_int_eq(url.is_unix, a->is_unix);
	ck_assert_str_eq(words, "untouched");
	lq__url_fini(&url);
	lq__url_fini(&url);
}
END_TEST

static const struct refused {
	const char *text;
	int error;
	const char *words; /* part of them */
} refused[] = {
	{ NULL, -EINVAL, "there is no Redis URL" },
	{ "", -EINVAL, "character 1: it begins with redis://" },
	{ "SECRET", -EINVAL, "begins with redis:// or unix://" },
	{ "http://SECRET", -EINVAL, "begins with redis:// or unix://" },
	{ "redis:/SECRET", -EINVAL, "begins with redis://" },
	{ "redis://", -EINVAL, "there is no host" },
	{ "redis:///0", -EINVAL, "there is no host" },
	{ "redis://:SECRET@", -EINVAL, "there is no host" },
	{ "redis://SECRET@h", -EINVAL, "character 9: before @ stands USER:PASSWORD" },
	{ "redis://SECRET:@h", -EINVAL, "password before @ is empty" },
	{ "redis://:SECRET%4@h", -EINVAL, "character 16: % is followed by two" },
	{ "redis://:SECRET%00@h", -EINVAL, "% is followed by two" },
	{ "redis://:SECRET%zz@h", -EINVAL, "% is followed by two" },
	{ "redis://:SEC/RET@h", -EINVAL, "there is no host: write redis://HOST:PORT/DB (in a" },
	{ "redis://u:SEC/RET@h", -EINVAL, "the port is a number from 1 to 65535 (in a password" },
	{ "redis://:SEC RET@h", -EINVAL, "space or control character" },
	{ "redis://:SECRET\n@h", -EINVAL, "space or control character" },
	{ "redis://h:", -EINVAL, "the port is" },
	{ "redis://h:0", -EINVAL, "the port is" },
	{ "redis://h:65536", -EINVAL, "the port is" },
	{ "redis://h:+1", -EINVAL, "the port is" },
	{ "redis://h:18446744073709551617", -EINVAL, "the port is" },
	{ "redis://::1", -EINVAL, "there is no host" },
	{ "redis://fe80::1", -EINVAL, "IPv6 addresses are in []" },
	{ "redis://[::1", -EINVAL, "[ without ]" },
	{ "redis://[]", -EINVAL, "there is no host" },
	{ "redis://[::1]x", -EINVAL, "after the host stands :PORT" },
	{ "redis://a,b", -EINVAL, "no host's name has" },
	{ "redis://h/x", -EINVAL, "the database is a whole number" },
	{ "redis://h/-1", -EINVAL, "the database is a whole number" },
	{ "redis://h/2147483648", -EINVAL, "the database is a whole number" },
	{ "redis://h/0/1", -EINVAL, "the database is a whole number" },
	{ "redis://h#SECRET", -EINVAL, "after the host stands /DB" },
	{ "redis://h?db=1", -EINVAL, "after ? stands prefix=NAME" },
	{ "redis://h?password=SECRET", -EINVAL, "after ? stands prefix=NAME" },
	{ "redis://h?prefix=", -EINVAL, "1 to 64 characters" },
	{ "redis://h?prefix=a:b", -EINVAL, "1 to 64 characters" },
	{ "redis://h?prefix=" TEN TEN TEN TEN TEN TEN "01234", -EINVAL, "1 to 64 characters" },
	{ "unix://", -EINVAL, "a path from the root follows" },
	{ "unix://relative/path", -EINVAL, "a path from the root follows" },
	{ "unix://:SECRET@", -EINVAL, "a path from the root follows" },
	{ "unix://:SECRET/x@/path", -EINVAL, "a path from the root follows" },
	{ "unix:///s?db=", -EINVAL, "the database is a whole number" },
	{ "unix:///s?nothing", -EINVAL, "after ? stands" },
	{ "unix:///" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "0123456", -EINVAL, "107 bytes" },
	{ "rediss://:SECRET@h", -ENOTSUP, "rediss:// is not supported" },
	{ "redis-sentinel://:SECRET@h/m", -ENOTSUP, "redis-sentinel:// is not supported" },
	{ "redis-cluster://:SECRET@h", -ENOTSUP, "redis-cluster:// is not supported" },
	{ "@/nowhere/at/all", -EINVAL, "cannot be read from /nowhere/at/all: No such file" },
	{ "@/", -EINVAL, "cannot be read from /: Is a directory" },
};

START_TEST(test_refused)
{
	struct lq__url url;
	char words[512] = "";

	ck_assert_int_eq(lq__url_parse(refused[_i].text, &url, words, sizeof(words)),
			 refused[_i].error);
	ck_assert_msg(strstr(words, refused[_i].words), "said: %s", words);
	ck_assert_ptr_null(strstr(words, "SEC"));
	ck_assert_ptr_null(strstr(words, "RET"));
	ck_assert_ptr_null(url.host);
}
END_TEST

START_TEST(test_limits)
{
	char text[LQ_URL_MAX + 2] = "redis://";
	struct lq__url url;
	char words[256];

	memset(text + 8, 'h', sizeof(text) - 9);
	ck_assert_uint_eq(strlen(text), LQ_URL_MAX + 1);
	ck_assert_int_eq(lq__url_parse(text, &url, words, sizeof(words)), -EINVAL);
	ck_assert_ptr_nonnull(strstr(words, "2,048"));
	text[LQ_URL_MAX] = '\0';
	ck_assert_int_eq(lq__url_parse(text, &url, words, sizeof(words)), 0);
	lq__url_fini(&url);

	ck_assert_int_eq(lq__url_parse("redis://h?prefix=" TEN TEN TEN TEN TEN TEN "0123", &url,
				       words, sizeof(words)),
			 0);
	ck_assert_uint_eq(strlen(url.prefix), LQ__PREFIX_MAX);
	lq__url_fini(&url);
	ck_assert_int_eq(lq__url_parse("unix:///" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "012345",
				       &url, words, sizeof(words)),
			 0);
	lq__url_fini(&url);
}
END_TEST

/* Writes content into a file and parses "@FILE"; -EINVAL has words that name it. */
static int parse_file(const char *content, size_t size, struct lq__url *ret, char words[512])
{
	char name[] = "@/tmp/lq-url-XXXXXX";
	int fd = mkstemp(name + 1);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, content, size), (ssize_t)size);
	close(fd);
	int r = lq__url_parse(name, ret, words, 512);
	if (r < 0)
		ck_assert_msg(strstr(words, name + 1), "said: %s", words);
	unlink(name + 1);
	return r;
}

START_TEST(test_file)
{
	static const char *const good[] = { "redis://:pw@h", "redis://:pw@h\n",
					    "redis://:pw@h\r\nmore\n" };
	static const char *const bad[] = { "", "\nredis://h\n", "@/etc/passwd\n", "SECRET\n" };
	char words[512], *longest = malloc(LQ_URL_MAX + 10);
	struct lq__url url;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		ck_assert_int_eq(parse_file(good[i], strlen(good[i]), &url, words), 0);
		ck_assert_str_eq(url.password, "pw");
		lq__url_fini(&url);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ck_assert_int_eq(parse_file(bad[i], strlen(bad[i]), &url, words), -EINVAL);
		ck_assert_ptr_null(strstr(words, "SECRET"));
	}
	memset(longest, 'h', LQ_URL_MAX + 10);
	memcpy(longest, "redis://", 8);
	ck_assert_int_eq(parse_file(longest, LQ_URL_MAX, &url, words), 0);
	lq__url_fini(&url);
	ck_assert_int_eq(parse_file(longest, LQ_URL_MAX + 1, &url, words), -EINVAL);
	ck_assert_int_eq(parse_file(longest, LQ_URL_MAX + 10, &url, words), -EINVAL);
	free(longest);
}
END_TEST

START_TEST(test_mask)
{
	struct lq__url url;
	char words[64], text[] = "AUTH 'pw' and pwpw again";

	ck_assert_int_eq(lq__url_parse("redis://:pw@h", &url, words, sizeof(words)), 0);
	lq__url_mask(&url, text);
	ck_assert_str_eq(text, "AUTH '**' and **** again");
	lq__url_fini(&url);
	ck_assert_int_eq(lq__url_parse("redis://h", &url, words, sizeof(words)), 0);
	lq__url_mask(&url, text);
	ck_assert_str_eq(text, "AUTH '**' and **** again");
	lq__url_fini(&url);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("url");
	TCase *tc = tcase_create("url");

	tcase_add_loop_test(tc, test_accepted, 0, (int)ARRAY_SIZE(accepted));
	tcase_add_loop_test(tc, test_refused, 0, (int)ARRAY_SIZE(refused));
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_file);
	tcase_add_test(tc, test_mask);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
