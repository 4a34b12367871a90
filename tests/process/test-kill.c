/* SPDX-License-Identifier: MIT */
/* The parts of killing by themselves: reading children, the tree, the sweep. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "killtree.h"
#include "macro.h"
#include "suite.h"
#include "sweep.h"

#define DEPTH 5

/* Forks a chain, each in a session of its own; all hold the pipe's end. Returns the first's pid. */
static pid_t make_chain(int fd)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	for (int depth = 1; depth < DEPTH; depth++) {
		if (fork() != 0)
			break;
		(void)setsid();
	}
	if (write(fd, "x", 1) != 1)
		abort();
	for (;;)
		(void)pause();
}

static pid_t make_standing_chain(int *ret_fd)
{
	int fds[2];
	char byte;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	pid_t pid = make_chain(fds[1]);
	(void)close(fds[1]);
	for (int i = 0; i < DEPTH; i++)
		ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	*ret_fd = fds[0];
	return pid;
}

/* The last holder is dead; the deadline is the test's own. */
static void assert_all_dead(int fd)
{
	char byte;

	ck_assert_int_eq(read(fd, &byte, 1), 0);
	(void)close(fd);
}

static void collect(pid_t pid, void *userdata)
{
	ck_assert_int_eq(pid_list_add(userdata, pid), 0);
}

START_TEST(children_are_seen)
{
	struct pid_list parents = { .n = 0 }, found = { .n = 0 };
	pid_t pids[10];

	ck_assert_int_eq(pid_list_add(&parents, getpid()), 0);
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0)
			for (;;)
				(void)pause();
	}
	/* A dead one counts until it is reaped. */
	ck_assert_int_eq(kill(pids[3], SIGKILL), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pids[3], NULL, WEXITED | WNOWAIT), 0);

	ck_assert_int_eq(children_each(&parents, collect, &found), 0);
	pid_list_sort(&found);
	ck_assert_uint_eq(found.n, ARRAY_SIZE(pids));
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		ck_assert(pid_list_has(&found, pids[i]));
		(void)kill(pids[i], SIGKILL);
		ck_assert_int_eq(waitpid(pids[i], NULL, 0), pids[i]);
	}
	pid_list_fini(&found);
	pid_list_fini(&parents);
}
END_TEST

START_TEST(children_of_nobody)
{
	struct pid_list none = { .n = 0 }, found = { .n = 0 };

	ck_assert_int_eq(children_each(&none, collect, &found), 0);
	ck_assert_uint_eq(found.n, 0);
}
END_TEST

START_TEST(tree_is_killed_to_its_leaves)
{
	struct pid_list roots = { .n = 0 };
	int fd;

	pid_t pid = make_standing_chain(&fd);
	ck_assert_int_eq(pid_list_add(&roots, pid), 0);
	ck_assert_int_eq(killtree(&roots), 0);
	ck_assert_uint_eq(roots.n, DEPTH);
	assert_all_dead(fd);
	while (waitpid(-1, NULL, 0) > 0)
		;
	pid_list_fini(&roots);
}
END_TEST

static bool is_pid(pid_t pid, void *userdata)
{
	return pid == *(const pid_t *)userdata;
}

START_TEST(sweep_spares_the_known)
{
	bool is_left = true;
	int known_fd, fd;

	ck_assert(sweep_has_nothing());
	pid_t known = make_standing_chain(&known_fd);
	(void)make_standing_chain(&fd);
	ck_assert(!sweep_has_nothing());
	ck_assert_uint_eq(sweep(is_pid, &known, &is_left), DEPTH);
	ck_assert(!is_left);
	assert_all_dead(fd);
	ck_assert_int_eq(kill(known, 0), 0);

	pid_t nobody = 0;
	ck_assert_uint_eq(sweep(is_pid, &nobody, NULL), DEPTH);
	assert_all_dead(known_fd);
	ck_assert(sweep_has_nothing());
}
END_TEST

/* What died by itself was not killed here. */
START_TEST(sweep_counts_what_it_killed)
{
	pid_t nobody = 0, pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
	ck_assert_uint_eq(sweep(is_pid, &nobody, NULL), 0);
	ck_assert(sweep_has_nothing());
}
END_TEST

int main(void)
{
	const TTest *all[] = {
		children_are_seen,      children_of_nobody,          tree_is_killed_to_its_leaves,
		sweep_spares_the_known, sweep_counts_what_it_killed,
	};

	return run_process_tests("kill", all, ARRAY_SIZE(all));
}
