/* SPDX-License-Identifier: MIT */
/* The spawner over time: as many runners as wanted, nothing leaked, nothing left at its end. */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "macro.h"
#include "suite.h"
#include "sweep.h"

#define N_JOBS 1000

static struct harness h;

static size_t count_entries(pid_t pid, const char *what)
{
	char path[64];
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	DIR *dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	for (const struct dirent *d; (d = readdir(dir)) != NULL;)
		n += d->d_name[0] != '.';
	(void)closedir(dir);
	return n;
}

static void run_and_bury(void)
{
	struct peer *peer = harness_runner(&h);
	struct wire_outcome o = peer_run(peer, "nothing", NULL);

	ck_assert_int_eq(o.verdict, WIRE_FINISHED);
	ck_assert_int_eq(harness_wait_exited(&h, peer)->status, 0);
}

/* Looked at when it rests: its table is told, and later its last runner's end. */
START_TEST(nothing_leaks)
{
	harness_start_good(&h, NULL);
	size_t before = count_entries(h.pid, "fd");

	harness_want(&h, 2);
	for (int i = 0; i < N_JOBS; i++)
		run_and_bury();
	harness_want(&h, 0);
	for (size_t i = 0; i < h.n_peers; i++)
		if (!h.peers[i].has_exited) {
			(void)shutdown(h.peers[i].fds[WIRE_FD_SOCKET], SHUT_WR);
			(void)harness_wait_exited(&h, &h.peers[i]);
		}
	ck_assert_uint_eq(count_entries(h.pid, "fd"), before);
	ck_assert_uint_eq(count_entries(h.pid, "task"), 1);
	harness_stop(&h);
}
END_TEST

START_TEST(as_many_as_wanted)
{
	harness_start_good(&h, NULL);
	harness_want(&h, 20);
	for (int i = 0; i < 20; i++)
		(void)harness_runner(&h);
	for (size_t i = 0; i < 20; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(h.peers[i].generation, h.peers[j].generation);

	/* One more only when one has gone. */
	ck_assert_int_eq(kill(h.peers[3].pid, SIGKILL), 0);
	(void)harness_runner(&h);
	ck_assert(h.peers[3].has_exited);
	harness_stop(&h);
}
END_TEST

START_TEST(strangers_generation_is_nothing)
{
	struct peer stranger = { .generation = 4711 };

	harness_start_good(&h, NULL);
	harness_kill(&h, &stranger);
	harness_signal(&h, &stranger, SIGTERM);
	harness_want(&h, 1);
	run_and_bury();
	harness_stop(&h);
}
END_TEST

/* The end of a manager: villains and idle runners, and nothing left of any. */
START_TEST(end_of_control_sweeps)
{
	static const char *const villains[] = { "daemon", "blocked", "tree", "hopper" };
	static const size_t n_processes[] = { 2, 1, 5, 2 };
	static struct leash leashes[ARRAY_SIZE(villains)];

	harness_start_good(&h, NULL);
	harness_want(&h, ARRAY_SIZE(villains) + 2);
	for (size_t i = 0; i < ARRAY_SIZE(villains); i++) {
		leash_make(&leashes[i]);
		peer_send_text(harness_runner(&h), villains[i], leashes[i].path);
		leash_wait_for(&leashes[i], n_processes[i]);
	}
	harness_stop(&h);
	for (size_t i = 0; i < ARRAY_SIZE(villains); i++)
		leash_assert_free(&leashes[i]);
}
END_TEST

static bool is_known(pid_t pid, void *userdata)
{
	(void)pid;
	(void)userdata;
	return false;
}

/*
 * Killed itself, the spawner can sweep nothing: its runners die with it, and what they had
 * made comes to the manager, here this process, which sweeps.
 */
START_TEST(killed_spawner_takes_its_runners_along)
{
	static struct leash leash;
	bool is_left;

	leash_make(&leash);
	harness_start_good(&h, NULL);
	harness_want(&h, 2);
	struct peer *villain = harness_runner(&h), *idle = harness_runner(&h);
	peer_send_text(villain, "daemon", leash.path);
	leash_wait_for(&leash, 2);
	ck_assert_int_eq(kill(h.pid, SIGKILL), 0);
	peer_wait_dead(villain);
	peer_wait_dead(idle);
	ck_assert_int_eq(waitpid(h.pid, NULL, 0), h.pid);

	/* Two runners and one daemon, all of them killed. */
	ck_assert_uint_eq(sweep(is_known, NULL, &is_left), 3);
	ck_assert(!is_left);
	leash_assert_free(&leash);
	harness_assert_no_children();
}
END_TEST

/* What a terminal or a supervisor sends to everybody is for the manager to act on. */
START_TEST(signals_do_not_end_it)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1 };

	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	run_and_bury();
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		ck_assert_int_eq(kill(h.pid, signals[i]), 0);
	run_and_bury();
	harness_stop(&h);
}
END_TEST

START_TEST(nonsense_ends_it)
{
	int status;

	harness_start_good(&h, NULL);
	harness_want(&h, 2);
	(void)harness_runner(&h);
	ck_assert_int_eq(send(h.control_fd, "\1\0\0\0\1", 5, MSG_NOSIGNAL), 5);
	ck_assert_int_eq(waitpid(h.pid, &status, 0), h.pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 1);
	harness_assert_no_children();
}
END_TEST

int main(void)
{
	const TTest *all[] = {
		nothing_leaks,
		as_many_as_wanted,
		strangers_generation_is_nothing,
		end_of_control_sweeps,
		killed_spawner_takes_its_runners_along,
		signals_do_not_end_it,
		nonsense_ends_it,
	};

	return run_process_tests("spawner", all, ARRAY_SIZE(all));
}
