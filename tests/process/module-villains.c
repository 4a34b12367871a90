/* SPDX-License-Identifier: MIT */
/* Handlers that do not want to die, or leave others behind. Each holds a leash: harness.h. */
#include <fcntl.h>
#include <libqueue/handler.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Holds the leash that the arguments name; says that it stands. */
static int take_leash(struct lq_job *job)
{
	const char *path;

	if (lq_job_unpack(job, "s", &path) < 0)
		abort();
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	return fd;
}

static void stand(int fd)
{
	if (write(fd, "x", 1) != 1)
		abort();
}

static int wait_forever(void)
{
	for (;;)
		(void)pause();
	return 0;
}

static int hang(int fd)
{
	stand(fd);
	return wait_forever();
}

/* A child in a session of its own, that stands by the time this returns in the parent. 0: in it. */
static pid_t fork_away(int fd)
{
	int ready[2];
	char byte;

	if (pipe2(ready, O_CLOEXEC) < 0)
		abort();
	pid_t pid = fork();
	if (pid == 0) {
		(void)setsid();
		stand(fd);
	} else {
		(void)close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			abort();
		(void)close(ready[0]);
		return pid;
	}
	if (write(ready[1], "x", 1) != 1)
		abort();
	(void)close(ready[0]);
	(void)close(ready[1]);
	return 0;
}

static int run_hang(struct lq_job *job)
{
	return hang(take_leash(job));
}

static int run_deaf(struct lq_job *job)
{
	(void)signal(SIGTERM, SIG_IGN);
	return hang(take_leash(job));
}

static int run_blocked(struct lq_job *job)
{
	int fd = take_leash(job);
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	stand(fd);
	for (;;)
		;
	return 0;
}

static int run_careful(struct lq_job *job)
{
	struct pollfd p = { .fd = lq_job_stop_fd(job), .events = POLLIN };
	bool before = lq_job_should_stop(job);
	int fd = take_leash(job);

	stand(fd);
	int r = poll(&p, 1, 10000);
	if (r < 0)
		r = poll(&p, 1, 10000);
	(void)close(fd);
	return lq_job_return(job, "s",
			     !before && r == 1 && lq_job_should_stop(job) ? "asked" : "?");
}

static int run_setsid_child(struct lq_job *job)
{
	int fd = take_leash(job);

	if (fork_away(fd) == 0)
		return wait_forever();
	return hang(fd);
}

/* The classic: a child's child, whose parent is gone. */
static void make_daemon(int fd)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (fork_away(fd) == 0)
			(void)wait_forever();
		_exit(0);
	}
	(void)waitpid(pid, NULL, 0);
}

static int run_daemon(struct lq_job *job)
{
	int fd = take_leash(job);

	make_daemon(fd);
	return hang(fd);
}

static int run_daemon_left(struct lq_job *job)
{
	int fd = take_leash(job);

	make_daemon(fd);
	(void)close(fd);
	return 0;
}

static int run_stopped_daemon_left(struct lq_job *job)
{
	int fd = take_leash(job);

	if (fork_away(fd) == 0)
		(void)raise(SIGSTOP);
	(void)close(fd);
	return 0;
}

/* Never the same process for longer than it takes to make the next. */
static void hop(int fd)
{
	for (int i = 0;; i++) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		if (pid == 0 && i == 20)
			stand(fd);
	}
}

static int run_hopper(struct lq_job *job)
{
	int fd = take_leash(job);

	if (fork() == 0)
		hop(fd);
	return hang(fd);
}

static int run_joins_child(struct lq_job *job)
{
	int fd = take_leash(job);
	pid_t pid = fork();

	if (pid == 0) {
		(void)setpgid(0, 0);
		return hang(fd);
	}
	(void)setpgid(pid, pid);
	(void)setpgid(0, pid);
	return hang(fd);
}

static int run_stops_itself(struct lq_job *job)
{
	stand(take_leash(job));
	(void)raise(SIGSTOP);
	return 0;
}

/* A tree of depth 4, all in sessions of their own. */
static int run_tree(struct lq_job *job)
{
	int fd = take_leash(job);

	for (int depth = 0; depth < 4; depth++) {
		if (fork() != 0)
			break;
		(void)setsid();
	}
	return hang(fd);
}

static int run_exit_0_with_daemon(struct lq_job *job)
{
	if (fork_away(take_leash(job)) == 0)
		return wait_forever();
	_exit(0);
}

/* clang-format off */
LQ_HANDLERS(
	{ "exit-0-with-daemon", run_exit_0_with_daemon },
	{ "hang", run_hang },
	{ "deaf", run_deaf },
	{ "blocked", run_blocked },
	{ "careful", run_careful },
	{ "setsid-child", run_setsid_child },
	{ "daemon", run_daemon },
	{ "daemon-left", run_daemon_left },
	{ "stopped-daemon-left", run_stopped_daemon_left },
	{ "hopper", run_hopper },
	{ "joins-child", run_joins_child },
	{ "stops-itself", run_stops_itself },
	{ "tree", run_tree },
)
