/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "cpus.h"
#include "macro.h"
#include "options.h"

#define WORDS_MAX 100

struct line {
	char *words[WORDS_MAX]; /* owned: the parser wipes some */
	int n;
};

static void line_free(struct line *line)
{
	for (int i = 0; i < line->n; i++)
		free(line->words[i]);
	line->n = 0;
}

/* "lq-worker" and the words of text. */
static struct line line_of(const char *text)
{
	struct line line = { .words = { strdup("lq-worker") }, .n = 1 };
	char *copy = strdup(text), *rest = copy, *word;

	while ((word = strsep(&rest, " "))) {
		if (*word && line.n < WORDS_MAX - 1)
			line.words[line.n++] = strdup(word);
	}
	free(copy);
	return line;
}

static int parse(const char *text, struct worker_options *options, char error[OPTIONS_ERROR_SIZE])
{
	_cleanup_(line_free) struct line line = line_of(text);
	char *argv[WORDS_MAX];

	memcpy(argv, line.words, sizeof(argv)); /* getopt permutes */
	return options_parse(options, line.n, argv, error);
}

static void setup(void)
{
	(void)unsetenv("LQ_URL");
}

START_TEST(the_defaults)
{
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;

	ck_assert_int_eq(parse("-m a.so", &o, error), OPTIONS_RUN);
	ck_assert_str_eq(o.url, "redis://127.0.0.1:6379/0");
	ck_assert_uint_eq(o.n_queues, 1);
	ck_assert_str_eq(o.queues[0], "default");
	ck_assert_int_ge(o.runners, 1);
	ck_assert_int_eq(o.spares, 4);
	ck_assert_int_eq(o.jobs_per_runner, 1);
	ck_assert_int_eq(o.lease_ms, 30000);
	ck_assert_int_eq(o.grace_ms, 10000);
	ck_assert_int_eq(o.shutdown_ms, 25000);
	ck_assert_int_eq(o.no_handler_after_ms, 600000);
	ck_assert_int_eq(o.max_idle_ms, LQ_FOREVER);
	ck_assert_int_eq(o.max_jobs, 0);
	ck_assert(!o.burst);
	ck_assert(o.name[0] != '\0');
	ck_assert_uint_eq(strspn(o.name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789_-"),
			  strlen(o.name));
	options_fini(&o);
}
END_TEST

START_TEST(everything_said)
{
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;

	ck_assert_int_eq(
		parse("-u redis://h:1 -j 3 --jobs-per-runner=0 --spares 0 -b --max-jobs 7 "
		      "--max-idle 5m "
		      "-n web_1 --dispatch ordered --lease 60 --grace 0 --shutdown-timeout forever "
		      "--no-handler-after 0 --alive-file f --log-format json --log-level error "
		      "-m a.so --module b.so mail low",
		      &o, error),
		OPTIONS_RUN);
	ck_assert_str_eq(o.url, "redis://h:1");
	ck_assert_int_eq(o.runners, 3);
	ck_assert_int_eq(o.jobs_per_runner, 0);
	ck_assert_int_eq(o.spares, 0);
	ck_assert(o.burst);
	ck_assert_int_eq(o.max_jobs, 7);
	ck_assert_int_eq(o.max_idle_ms, 300000);
	ck_assert_str_eq(o.name, "web_1");
	ck_assert_int_eq(o.lease_ms, 60000);
	ck_assert_int_eq(o.grace_ms, 0);
	ck_assert_int_eq(o.shutdown_ms, LQ_FOREVER);
	ck_assert_int_eq(o.no_handler_after_ms, 0);
	ck_assert_int_eq(o.log_format, LOG_FORMAT_JSON);
	ck_assert_int_eq(o.log_level, LOG_LEVEL_ERROR);
	ck_assert_uint_eq(o.n_modules, 2);
	ck_assert_uint_eq(o.n_queues, 2);
	options_fini(&o);
}
END_TEST

static const struct {
	const char *line, *words; /* that the error must hold */
} bad[] = {
	{ "mail", "--module" },
	{ "-m a.so -j 0", "--runners 0" },
	{ "-m a.so -j many", "whole number" },
	{ "-m a.so --runners=10001", "10000" },
	{ "-m a.so redis://:secret@h/0", "queue '(a URL)'" },
	{ "-m a.so -n redis://:secret@h/0", "--name (a URL)" },
	{ "-m a.so -j redis://:secret@h/0", "--runners (a URL)" },
	{ "-m a.so --grace redis://:secret@h/0", "--grace (a URL)" },
	{ "-m a.so --lease 1week", "--lease 1week" },
	{ "-m a.so --lease 0", "at least 1s" },
	{ "-m a.so --lease forever", "forever" },
	{ "-m a.so --grace -1", "--grace" },
	{ "-m a.so --max-jobs 0", "--max-jobs" },
	{ "-m a.so --name a.b", "--name a.b" },
	{ "-m a.so --name "
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "64" },
	{ "-m a.so --dispatch weighted", "ordered" },
	{ "-m a.so --log-format xml", "json" },
	{ "-m a.so --log-level loud", "debug" },
	{ "-m a.so a=5", "queue 'a=5'" },
	{ "-m a.so a b a", "twice" },
	{ "-m a.so --nonsense", "--nonsense" },
	{ "-m a.so -z", "-z" },
	{ "-m a.so --exec x=y", "--exec" },
	{ "-m a.so --lease", "--lease: needs a value" },
	{ "-m a.so -j", "-j: needs a value" },
	{ "-m a.so --spawner /bin/true", "--module" },
};

START_TEST(what_is_wrong_is_told)
{
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;

	ck_assert_int_eq(parse(bad[_i].line, &o, error), -EINVAL);
	ck_assert_msg(strstr(error, bad[_i].words) != NULL, "'%s' does not say '%s'", error,
		      bad[_i].words);
	options_fini(&o);
}
END_TEST

START_TEST(as_many_queues_as_one_call_serves)
{
	char error[OPTIONS_ERROR_SIZE], line[2048] = "-m a.so";
	struct worker_options o;

	for (int i = 0; i < OPTIONS_QUEUES_MAX; i++)
		(void)snprintf(line + strlen(line), 8, " q%d", i);
	ck_assert_int_eq(parse(line, &o, error), OPTIONS_RUN);
	ck_assert_uint_eq(o.n_queues, OPTIONS_QUEUES_MAX);
	options_fini(&o);
	(void)strncat(line, " more", sizeof(line) - strlen(line) - 1);
	ck_assert_int_eq(parse(line, &o, error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "64"));
	options_fini(&o);
}
END_TEST

/* /proc/PID/cmdline shows argv's own bytes. */
START_TEST(a_url_is_wiped_where_it_stood)
{
	static const char *const lines[] = { "-m a.so -u redis://:secret@h/0",
					     "-m a.so --url=redis://:secret@h/0",
					     "-m a.so -uredis://:secret@h/0" };
	_cleanup_(line_free) struct line line = line_of(lines[_i]);
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;
	char *argv[WORDS_MAX];
	size_t lengths[WORDS_MAX];

	memcpy(argv, line.words, sizeof(argv));
	for (int i = 0; i < line.n; i++)
		lengths[i] = strlen(line.words[i]);
	ck_assert_int_eq(options_parse(&o, line.n, argv, error), OPTIONS_RUN);
	ck_assert_str_eq(o.url, "redis://:secret@h/0");
	for (int i = 0; i < line.n; i++)
		ck_assert_ptr_null(memmem(line.words[i], lengths[i], "secret", 6));
	options_fini(&o);
}
END_TEST

START_TEST(a_url_in_the_environment_is_wiped_too)
{
	static char variable[] = "LQ_URL=redis://:secret@h/0";
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;

	ck_assert_int_eq(putenv(variable), 0);
	ck_assert_int_eq(parse("-m a.so", &o, error), OPTIONS_RUN);
	ck_assert_str_eq(o.url, "redis://:secret@h/0");
	ck_assert_ptr_null(getenv("LQ_URL"));
	ck_assert_ptr_null(memmem(variable, sizeof(variable), "secret", 6));
	options_fini(&o);
}
END_TEST

START_TEST(the_command_line_wins_over_the_environment)
{
	static char variable[] = "LQ_URL=redis://:secret@h/0";
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;

	ck_assert_int_eq(putenv(variable), 0);
	ck_assert_int_eq(parse("-m a.so -u redis://other", &o, error), OPTIONS_RUN);
	ck_assert_str_eq(o.url, "redis://other");
	ck_assert_ptr_null(memmem(variable, sizeof(variable), "secret", 6));
	options_fini(&o);
}
END_TEST

START_TEST(help_and_version)
{
	char error[OPTIONS_ERROR_SIZE];
	struct worker_options o;

	ck_assert_int_eq(parse("--help", &o, error), OPTIONS_HELP);
	options_fini(&o);
	ck_assert_int_eq(parse("-h", &o, error), OPTIONS_HELP);
	options_fini(&o);
	ck_assert_int_eq(parse("--version", &o, error), OPTIONS_VERSION);
	options_fini(&o);
}
END_TEST

START_TEST(a_quota_limits_the_processors)
{
	ck_assert_int_eq(cpus_limit(8, "max 100000\n"), 8);
	ck_assert_int_eq(cpus_limit(8, "150000 100000\n"), 2);
	ck_assert_int_eq(cpus_limit(8, "200000 100000\n"), 2);
	ck_assert_int_eq(cpus_limit(8, "1000 100000\n"), 1);
	ck_assert_int_eq(cpus_limit(2, "800000 100000\n"), 2);
	ck_assert_int_eq(cpus_limit(2, "nonsense"), 2);
	ck_assert_int_ge(cpus_usable(), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options");
	TCase *options = tcase_create("options");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, options);
	tcase_add_checked_fixture(options, setup, NULL);
	tcase_add_test(options, the_defaults);
	tcase_add_test(options, everything_said);
	tcase_add_loop_test(options, what_is_wrong_is_told, 0, (int)ARRAY_SIZE(bad));
	tcase_add_test(options, as_many_queues_as_one_call_serves);
	tcase_add_loop_test(options, a_url_is_wiped_where_it_stood, 0, 3);
	tcase_add_test(options, a_url_in_the_environment_is_wiped_too);
	tcase_add_test(options, the_command_line_wins_over_the_environment);
	tcase_add_test(options, help_and_version);
	tcase_add_test(options, a_quota_limits_the_processors);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
