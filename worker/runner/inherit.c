/* SPDX-License-Identifier: MIT */
/*
 * What a runner must not share with the spawner: its life, its group, its descriptors.
 * Dispositions, no_new_privs and stdin are as they should be: the spawner set
 * them up once, and each page written here is a page copied.
 */
#include "inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner.h"

/* Who forked may be dead before the kernel was told to tie us to it. */
static int tie_to_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

static int move_fd(int from, int to, int flags)
{
	if (from == to)
		return fcntl(to, F_SETFD, flags == O_CLOEXEC ? FD_CLOEXEC : 0) < 0 ? -errno : 0;
	return dup3(from, to, flags) < 0 ? -errno : 0;
}

/* Kernels before 5.9 have no close_range(). */
static void close_from(unsigned int first)
{
	struct rlimit limit;

	if (syscall(SYS_close_range, first, ~0u, 0u) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	for (rlim_t fd = first; fd < limit.rlim_cur && fd < 1u << 20; fd++)
		(void)close((int)fd);
}

/* The sources are above RUNNER_FD_SOCKET, or are it themselves: the spawner keeps 0 to 2 open. */
static int arrange_fds(const struct runner_start *start)
{
	int r = move_fd(start->stdout_fd, STDOUT_FILENO, 0);
	if (r == 0)
		r = move_fd(start->stderr_fd, STDERR_FILENO, 0);
	if (r == 0)
		r = move_fd(start->socket_fd, RUNNER_FD_SOCKET, O_CLOEXEC);
	if (r == 0)
		close_from(RUNNER_FD_SOCKET + 1);
	return r;
}

int runner_cut_loose(const struct runner_start *start)
{
	sigset_t none;

	int r = tie_to_parent(start->parent);
	if (r < 0)
		return r;
	if (setpgid(0, 0) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	r = arrange_fds(start);
	if (r < 0)
		return r;
	(void)sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}
