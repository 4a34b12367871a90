/* SPDX-License-Identifier: MIT */
/* One server for the program, one client for each test. */
#include "verbs-fixture.h"

#include "cleanup.h"
#include "parse.h"
#include "script-call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

struct redis_fixture server;
struct lq_client *lq;

static void set_up(void)
{
	lq = lq_client_new();
	ck_assert_ptr_nonnull(lq);
	ck_assert_int_eq(lq_client_open(lq, server.url, NULL), 0);
	redis_run("FLUSHALL");
	redis_run("SCRIPT FLUSH");
}

static void tear_down(void)
{
	lq_client_close(lq);
	lq = NULL;
}

int verbs_main(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);

	redis_fixture_require();
	redis_fixture_start(&server, NULL);
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);

	int n_failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	redis_fixture_stop(&server);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

__attribute__((format(printf, 1, 0))) static struct reply *do_words(const char *format,
								    va_list values)
{
	struct lq__arg args[WORDS_MAX];
	struct reply *reply = NULL;
	char text[4096], *rest = NULL;
	size_t n = 0;

	ck_assert_int_lt(vsnprintf(text, sizeof(text), format, values), (int)sizeof(text));
	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		ck_assert_uint_lt(n, WORDS_MAX);
		args[n++] = (struct lq__arg){ .data = word, .size = strlen(word) };
	}
	ck_assert_int_eq(lq__client_begin(lq, 0), 0);

	int r = lq__client_command(lq, args, n, &reply);

	ck_assert_msg(r == 0, "%s: %s", format, lq_client_error(lq));
	return reply;
}

struct reply *redis_do(const char *format, ...)
{
	va_list values;

	va_start(values, format);

	struct reply *reply = do_words(format, values);

	va_end(values);
	return reply;
}

void redis_run(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	lq__reply_free(do_words(format, values));
	va_end(values);
}

int64_t redis_int(const char *format, ...)
{
	va_list values;
	int64_t number;

	va_start(values, format);

	_cleanup_(lq__cleanup_reply) struct reply *reply = do_words(format, values);

	va_end(values);
	if (reply->type == REPLY_STRING)
		ck_assert_int_eq(parse_int64(reply->str, INT64_MIN, INT64_MAX, &number), 0);
	else
		ck_assert_int_eq(lq__reply_want_int(reply, &number), 0);
	return number;
}

int64_t info_number(const char *text, const char *field)
{
	const char *at = strstr(text, field);
	char digits[24];
	int64_t number;

	ck_assert_ptr_nonnull(at);
	at += strlen(field);

	size_t size = strspn(at, "0123456789");

	ck_assert_uint_lt(size, sizeof(digits));
	memcpy(digits, at, size);
	digits[size] = '\0';
	ck_assert_int_eq(parse_int64(digits, 0, INT64_MAX, &number), 0);
	return number;
}

uint64_t redis_digest(void)
{
	_cleanup_(lq__cleanup_reply) struct reply *keys = redis_do("KEYS *");
	uint64_t sum = keys->size;

	/* Order does not matter to a sum, and each key's digest is one of its name
	 * and value. */
	for (size_t i = 0; i < keys->size; i++) {
		_cleanup_(lq__cleanup_reply) struct reply *value =
			redis_do("DUMP %s", keys->elements[i]->str);
		uint64_t hash = 14695981039346656037u;

		for (const char *p = keys->elements[i]->str; *p; p++)
			hash = (hash ^ (unsigned char)*p) * 1099511628211u;
		for (size_t j = 0; j < value->size; j++)
			hash = (hash ^ (unsigned char)value->str[j]) * 1099511628211u;
		sum += hash;
	}
	return sum;
}

void make_job(const char *queue, char id[LQ_ID_SIZE])
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

	how.queue = queue;
	how.id = id[0] ? id : NULL;
	ck_assert_int_eq(lq_enqueue(lq, "noop", NULL, &how, id), 0);
}

enum lq_job_state state_of(const char *queue, const char *id)
{
	struct lq_job_info *info = NULL;
	int r = lq_job_find(lq, queue, id, &info);

	ck_assert_msg(r == 0, "%s: %d %s", id, r, lq_client_error(lq));

	enum lq_job_state state = info->state;

	lq_job_info_free(info);
	return state;
}
