/* SPDX-License-Identifier: MIT */
/* The module of the process tests: a handler for each way to end. */
#include <errno.h>
#include <fcntl.h>
#include <libqueue/handler.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int n_inits;
static pid_t init_pid, runner_init_pid;

static int on_init(void)
{
	n_inits++;
	init_pid = getpid();
	/* A descriptor that no runner may have. */
	return open("/dev/null", O_RDONLY | O_CLOEXEC) < 0 ? -errno : 0;
}

static int on_runner_init(void)
{
	runner_init_pid = getpid();
	return 0;
}

static void on_runner_fini(void)
{
	(void)!write(STDERR_FILENO, "fini\n", 5);
}

LQ_MODULE_HOOKS(.init = on_init, .runner_init = on_runner_init, .runner_fini = on_runner_fini)

static int run_echo(struct lq_job *job)
{
	return lq_job_return(job, "O", lq_job_args(job));
}

static int run_nothing(struct lq_job *job)
{
	(void)job;
	return 0;
}

static int run_facts(struct lq_job *job)
{
	char text[512];

	(void)snprintf(text, sizeof(text), "%s %s %s %d %d %llu %d %d %d %d", lq_job_id(job),
		       lq_job_queue(job), lq_job_handler(job), lq_job_attempt(job),
		       lq_job_max_attempts(job), (unsigned long long)lq_job_claim(job),
		       lq_job_time_left_ms(job) > 50000 && lq_job_time_left_ms(job) <= 60000,
		       n_inits, init_pid == getppid(), runner_init_pid == getpid());
	return lq_job_return(job, "s", text);
}

static int run_error(struct lq_job *job)
{
	lq_job_set_message(job, "no such %s", "thing");
	return -ENOENT;
}

static int run_fail(struct lq_job *job)
{
	return lq_job_fail(job, "bad %d", 7);
}

static int run_retry(struct lq_job *job)
{
	return lq_job_retry(job, 5000, "busy");
}

static int run_snooze(struct lq_job *job)
{
	return lq_job_snooze(job, 250);
}

static int run_negative_delay(struct lq_job *job)
{
	return lq_job_snooze(job, -1);
}

static int run_other_number(struct lq_job *job)
{
	(void)lq_job_fail(job, "not returned");
	return 4242;
}

static int run_long_message(struct lq_job *job)
{
	char text[LQ_MESSAGE_MAX + 100];

	/* One byte, then two-byte characters: the limit falls into one of them. */
	text[0] = 'a';
	for (size_t i = 1; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 3);
	return lq_job_fail(job, "%s", text);
}

static int run_large(struct lq_job *job)
{
	int over = 0;

	if (lq_job_unpack(job, "i", &over) < 0)
		return -EINVAL;
	size_t size = LQ_RESULT_MAX - 5 + (size_t)over; /* bin32 has a head of 5 bytes */
	void *data = calloc(1, size);
	int r = lq_job_return(job, "B#", data, size);
	free(data);
	return r;
}

static int run_large_ignored(struct lq_job *job)
{
	size_t size = 2 * LQ_RESULT_MAX;
	void *data = calloc(1, size);

	(void)lq_job_return(job, "B#", data, size);
	free(data);
	return 0;
}

static int run_bad_format(struct lq_job *job)
{
	return lq_job_return(job, "{s:", "open");
}

static int run_unpack(struct lq_job *job)
{
	const char *to;
	int tries;

	if (lq_job_unpack(job, "{s:s, s:i}", "to", &to, "tries", &tries) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	return lq_job_return(job, "{s:s, s:i}", "to", to, "tries", tries + 1);
}

static int run_has_args(struct lq_job *job)
{
	return lq_job_return(job, "s", lq_job_args(job) ? "some" : lq_job_error(job));
}

static int run_follow_ups(struct lq_job *job)
{
	struct lq_enqueue_options options = LQ_ENQUEUE_OPTIONS_INIT;
	char id[LQ_ID_SIZE];

	int r = lq_job_enqueue(job, "first", lq_pack("i", 1), NULL, id);
	if (r < 0 || strlen(id) != 36)
		return lq_job_fail(job, "first: %d %s", r, lq_job_error(job));
	options.queue = "other";
	options.id = "chosen";
	r = lq_job_enqueue(job, "second", NULL, &options, NULL);
	if (r < 0)
		return lq_job_fail(job, "second: %d %s", r, lq_job_error(job));
	return lq_job_return(job, "s", id);
}

static int run_follow_ups_then_fail(struct lq_job *job)
{
	int r = lq_job_enqueue(job, "first", NULL, NULL, NULL);

	return r < 0 ? r : lq_job_fail(job, "after all");
}

/* In each way that a job can be enqueued. */
static int run_follow_ups_of_all_kinds(struct lq_job *job)
{
	static const struct lq_enqueue_options kinds[] = {
		{ .size = sizeof(kinds[0]), .delay_ms = 5000 },
		{ .size = sizeof(kinds[0]), .run_at_ms = 4000000000000 },
		{ .size = sizeof(kinds[0]), .front = true },
		{ .size = sizeof(kinds[0]), .unique_key = "k" },
		{ .size = sizeof(kinds[0]), .unique_key = "k", .unique_ttl_ms = 700 },
		{ .size = sizeof(kinds[0]), .unique_key = "k", .unique_ttl_ms = LQ_FOREVER },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (lq_job_enqueue(job, "h", NULL, &kinds[i], NULL) != 0)
			return lq_job_fail(job, "kind %zu: %s", i, lq_job_error(job));
	return 0;
}

/* Every refusal leaves the rest as it was. */
static int run_follow_ups_refused(struct lq_job *job)
{
	static const struct lq_enqueue_options refused[] = {
		{ .size = sizeof(refused[0]), .delay_ms = -1 },
		{ .size = sizeof(refused[0]), .delay_ms = 1, .run_at_ms = 1 },
		{ .size = sizeof(refused[0]), .unique_key = "" },
		{ .size = sizeof(refused[0]), .unique_ttl_ms = 1 },
	};
	char id[LQ_ID_SIZE] = "before";

	if (lq_job_enqueue(job, "bad name", lq_pack("n"), NULL, id) != -EINVAL || id[0] != '\0')
		return lq_job_fail(job, "a bad name was taken");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (lq_job_enqueue(job, "h", NULL, &refused[i], NULL) != -EINVAL)
			return lq_job_fail(job, "options %zu were taken", i);
	for (int i = 0; i < LQ_CHILDREN_MAX; i++)
		if (lq_job_enqueue(job, "h", NULL, NULL, NULL) != 0)
			return lq_job_fail(job, "number %d: %s", i, lq_job_error(job));
	if (lq_job_enqueue(job, "h", lq_pack("n"), NULL, NULL) != -EMSGSIZE)
		return lq_job_fail(job, "one too many was taken");
	return lq_job_return(job, "s", lq_job_error(job));
}

static int run_follow_ups_too_large(struct lq_job *job)
{
	static char data[700 * 1024];
	int n = 0;

	while (lq_job_enqueue(job, "h", lq_pack("B#", data, sizeof(data)), NULL, NULL) == 0)
		n++;
	return lq_job_fail(job, "%d, then: %s", n, lq_job_error(job));
}

static int run_exit(struct lq_job *job)
{
	(void)job;
	(void)printf("printed before exit");
	exit(3);
}

static int run_abort(struct lq_job *job)
{
	(void)job;
	abort();
}

static int run_descriptors(struct lq_job *job)
{
	char text[256] = "", target[64];

	for (int fd = 0; fd < 1024; fd++) {
		size_t used = strlen(text);

		if (fcntl(fd, F_GETFD) >= 0)
			(void)snprintf(text + used, sizeof(text) - used, "%d ", fd);
	}
	ssize_t n = readlink("/proc/self/fd/0", target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	strncat(text, target, sizeof(text) - strlen(text) - 1);
	return lq_job_return(job, "s", text);
}

static int run_surroundings(struct lq_job *job)
{
	static const char *const names[] = { "LQ_URL", "LQ_SPAWNER_FD", "LQ_SPAWNER_JOBS",
					     "LQ_TEST_KEPT" };
	struct sigaction action;
	char text[256] = "";
	sigset_t mask;

	for (size_t i = 0; i < 4; i++)
		if (getenv(names[i]))
			strncat(text, names[i], 100);
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int signo = 1; signo < 32; signo++) {
		(void)sigaction(signo, NULL, &action);
		if (action.sa_handler != SIG_DFL || sigismember(&mask, signo))
			return lq_job_fail(job, "signal %d is not as it should be", signo);
	}
	if (getpgrp() != getpid() || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return lq_job_fail(job, "group or no_new_privs");
	return lq_job_return(job, "s", text);
}

static int run_print(struct lq_job *job)
{
	(void)job;
	(void)printf("to stdout");
	(void)fprintf(stderr, "to stderr");
	return 0;
}

static int run_pid(struct lq_job *job)
{
	return lq_job_return(job, "i", (int)getpid());
}

/* clang-format off */
LQ_HANDLERS(
	{ "echo", run_echo },
	{ "nothing", run_nothing },
	{ "facts", run_facts },
	{ "error", run_error },
	{ "fail", run_fail },
	{ "retry", run_retry },
	{ "snooze", run_snooze },
	{ "negative-delay", run_negative_delay },
	{ "other-number", run_other_number },
	{ "long-message", run_long_message },
	{ "large", run_large },
	{ "large-ignored", run_large_ignored },
	{ "bad-format", run_bad_format },
	{ "unpack", run_unpack },
	{ "has-args", run_has_args },
	{ "follow-ups", run_follow_ups },
	{ "follow-ups-then-fail", run_follow_ups_then_fail },
	{ "follow-ups-of-all-kinds", run_follow_ups_of_all_kinds },
	{ "follow-ups-refused", run_follow_ups_refused },
	{ "follow-ups-too-large", run_follow_ups_too_large },
	{ "exit", run_exit },
	{ "abort", run_abort },
	{ "descriptors", run_descriptors },
	{ "surroundings", run_surroundings },
	{ "print", run_print },
	{ "pid", run_pid },
	{
		.name = "with:limits",
		.run = run_nothing,
		.timeout_ms = 1500,
		.max_attempts = 4,
		.sensitive = true,
	},
)
