/* SPDX-License-Identifier: MIT */
/*
 * Handlers for the worker's tests. Those that a test must meet while they run make the file named
 * in their arguments, and those that wait, wait for another file: events, not times.
 */
#include <errno.h>
#include <fcntl.h>
#include <libqueue/handler.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return -errno;
	(void)close(fd);
	return 0;
}

static void wait_for(const char *path)
{
	while (access(path, F_OK) < 0)
		(void)usleep(2000);
}

static int echo(struct lq_job *job)
{
	const char *text;

	if (lq_job_unpack(job, "{s:s}", "text", &text) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	return lq_job_return(job, "{s:s, s:i}", "text", text, "attempt", lq_job_attempt(job));
}

static int noop(struct lq_job *job)
{
	(void)job;
	return 0;
}

/* {"here": made when it starts, "until": waited for} */
static int work(struct lq_job *job)
{
	const char *here, *until;

	if (lq_job_unpack(job, "{s:s, s:s}", "here", &here, "until", &until) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	int r = touch(here);
	if (r < 0)
		return r;
	wait_for(until);
	return lq_job_return(job, "{s:i}", "attempt", lq_job_attempt(job));
}

static int flaky(struct lq_job *job)
{
	if (lq_job_attempt(job) < 3) {
		lq_job_set_message(job, "attempt %d", lq_job_attempt(job));
		return -EIO;
	}
	return lq_job_return(job, "{s:i}", "attempt", lq_job_attempt(job));
}

static int reject(struct lq_job *job)
{
	return lq_job_fail(job, "no such customer");
}

static int again(struct lq_job *job)
{
	return lq_job_retry(job, 30, "the server is busy");
}

/* Snoozes until the file is there. */
static int snooze(struct lq_job *job)
{
	const char *until;

	if (lq_job_unpack(job, "{s:s}", "until", &until) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	if (access(until, F_OK) < 0)
		return lq_job_snooze(job, 30);
	return lq_job_return(job, "{s:i}", "attempt", lq_job_attempt(job));
}

static int crash(struct lq_job *job)
{
	(void)job;
	(void)fprintf(stderr, "about to crash\n");
	(void)raise(SIGSEGV);
	return 0;
}

static int leave(struct lq_job *job)
{
	int status;

	if (lq_job_unpack(job, "{s:i}", "status", &status) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	exit(status);
}

static int spin(struct lq_job *job)
{
	sigset_t all;
	volatile unsigned long n = 0;

	(void)job;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	while (n + 1 > 0)
		n++;
	return 0;
}

/* Ends in order when it is told to. */
static int polite(struct lq_job *job)
{
	const char *here;

	if (lq_job_unpack(job, "{s:s}", "here", &here) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	(void)lq_job_should_stop(job);
	(void)touch(here);
	while (!lq_job_should_stop(job))
		(void)usleep(2000);
	return -EINTR;
}

static int talk(struct lq_job *job)
{
	(void)job;
	(void)printf("on stdout\n");
	(void)fprintf(stderr, "on stderr\n");
	return 0;
}

/* Prints until it is killed. */
static int chatter(struct lq_job *job)
{
	(void)job;
	while (printf("on and on\n") > 0)
		(void)usleep(1000);
	return -errno;
}

static int n_files(struct lq_job *job)
{
	return lq_job_return(job, "i", (int)sysconf(_SC_OPEN_MAX));
}

static int flood(struct lq_job *job)
{
	char line[80];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (int i = 0; i < 100000; i++) {
		if (write(STDERR_FILENO, line, sizeof(line)) < 0)
			return -errno;
	}
	(void)fprintf(stderr, "the last line\n");
	return lq_job_fail(job, "flooded");
}

static int parent(struct lq_job *job)
{
	struct lq_enqueue_options options = LQ_ENQUEUE_OPTIONS_INIT;
	int is_good;
	const char *child;

	if (lq_job_unpack(job, "{s:s, s:b}", "child", &child, "good", &is_good) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	options.id = child;
	int r = lq_job_enqueue(job, "echo", lq_pack("{s:s}", "text", "from the parent"), &options,
			       NULL);
	if (r < 0)
		return lq_job_fail(job, "%s", lq_job_error(job));
	return is_good ? 0 : lq_job_fail(job, "not this time");
}

/* The ancestors' /proc, as an ordinary user would look at it. */
static bool holds(const char *path, const char *needle)
{
	static char data[1 << 20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof(data));

	if (fd >= 0)
		(void)close(fd);
	return n > 0 && memmem(data, (size_t)n, needle, strlen(needle)) != NULL;
}

static int parent_of(int pid)
{
	char path[64], text[512], *paren;
	int parent_pid = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		(void)close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	paren = strrchr(text, ')');
	if (!paren || sscanf(paren + 2, "%*c %d", &parent_pid) != 1)
		return 0;
	return parent_pid;
}

/* {"needle": s, "levels": i}: itself and so many ancestors. Returns where it was found. */
static int look(struct lq_job *job)
{
	static const char *const files[] = { "cmdline", "environ", "comm" };
	const char *needle;
	int levels, pid = (int)getpid();
	int can_read_memory = false;

	if (lq_job_unpack(job, "{s:s, s:i}", "needle", &needle, "levels", &levels) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	for (int level = 0; level <= levels && pid > 1; level++, pid = parent_of(pid)) {
		char path[64];

		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
			(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
			if (holds(path, needle))
				return lq_job_return(job, "{s:s}", "found", path);
		}
		(void)snprintf(path, sizeof(path), "/proc/%d/mem", pid);
		if (level == levels)
			can_read_memory = access(path, R_OK) == 0;
	}
	return lq_job_return(job, "{s:s, s:b, s:i}", "found", "", "can_read_memory",
			     can_read_memory, "uid", (int)getuid());
}

LQ_HANDLERS({ "echo", echo }, { "noop", noop }, { "work", work },
	    { .name = "flaky", .run = flaky, .max_attempts = 5 }, { "reject", reject },
	    { .name = "again", .run = again, .max_attempts = 2 }, { "snooze", snooze },
	    { "crash", crash }, { "leave", leave }, { "spin", spin }, { "polite", polite },
	    { "talk", talk }, { "chatter", chatter }, { "n_files", n_files }, { "flood", flood },
	    { "parent", parent }, { "look", look })
