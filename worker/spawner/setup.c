/* SPDX-License-Identifier: MIT */
/*
 * Dispositions are the default ones, whatever the manager had. All signals are blocked here
 * and unblocked in the runners: a terminal's ^C or a supervisor's SIGTERM to all
 * processes is the manager's to act on, and none of it is pending in a fresh child.
 */
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cleanup.h"
#include "state.h"
#include "wire.h"

#define OUR_TUNABLES "glibc.malloc.hugetlb=1"

/* The huge pages are for this process's heap, not for what a handler starts. */
static void restore_tunables(void)
{
	char *tunables = getenv("GLIBC_TUNABLES");
	size_t length = tunables ? strlen(tunables) : 0, ours = strlen(OUR_TUNABLES);

	if (length < ours || strcmp(tunables + length - ours, OUR_TUNABLES) != 0)
		return;
	if (length == ours)
		(void)unsetenv("GLIBC_TUNABLES");
	else if (tunables[length - ours - 1] == ':')
		tunables[length - ours - 1] = '\0';
}

/* What a handler's environment must not have. */
static void clean_environment(void)
{

	(void)unsetenv("LQ_URL");
	(void)unsetenv(WIRE_ENV_FD);
	(void)unsetenv(WIRE_ENV_JOBS);
	restore_tunables();
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* 0 to 2 open, so that no other descriptor gets these numbers; nothing to read from 0. */
static int arrange_standard_fds(void)
{
	_cleanup_(cleanup_close) int null = -1;
	int any = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (any < 0)
		return -errno;
	null = fcntl(any, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	(void)close(any);
	if (null < 0)
		return -errno;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if ((fd == STDIN_FILENO || !is_open(fd)) && dup2(null, fd) < 0)
			return -errno;
	return 0;
}

static void reset_dispositions(void)
{
	for (int signo = 1; signo < NSIG; signo++)
		(void)signal(signo, SIG_DFL);
}

int setup_early(int control_fd)
{
	sigset_t none;

	clean_environment();
	int r = arrange_standard_fds();
	if (r < 0)
		return r;
	if (fcntl(control_fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	/* A line that a handler has printed is to be seen, even if it then crashes. */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	reset_dispositions();
	(void)sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

static int map_proofs(struct spawner *s)
{
	void *page = mmap(NULL, PROOF_SLOTS * sizeof(*s->proofs), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -errno;
	s->proofs = page;
	return 0;
}

int setup_late(struct spawner *s)
{
	static const int ours[] = { SIGCHLD, SIGPIPE, SIGTERM }; /* a module may have taken them */
	sigset_t all, child;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		(void)signal(ours[i], SIG_DFL);
	(void)sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, NULL) < 0)
		return -errno;
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	s->signal_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signal_fd < 0 ? -errno : map_proofs(s);
}
