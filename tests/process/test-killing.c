/* SPDX-License-Identifier: MIT */
/* Villains: whatever a handler does, it and all it has made are dead after WIRE_KILL. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness.h"
#include "macro.h"
#include "suite.h"

static struct harness h;
static struct leash leash;

/* The handler runs, and n processes stand; no runner comes after it. */
static struct peer *start_villain(const char *handler, size_t n)
{
	leash_make(&leash);
	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	harness_want(&h, 0);
	peer_send_text(peer, handler, leash.path);
	leash_wait_for(&leash, n);
	return peer;
}

static void assert_killed(struct peer *peer, int signo)
{
	peer_wait_closed(peer);
	int status = harness_wait_exited(&h, peer)->status;
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), signo);
	leash_assert_free(&leash);
	harness_stop(&h);
}

START_TEST(kill_reaches_all)
{
	static const struct {
		const char *handler;
		size_t n_processes;
		uint32_t n_killed; /* beside the runner */
	} villains[] = {
		{ "hang", 1, 0 },         { "deaf", 1, 0 },   { "blocked", 1, 0 },
		{ "setsid-child", 2, 1 }, { "daemon", 2, 1 }, { "joins-child", 2, 1 },
		{ "stops-itself", 1, 0 }, { "tree", 5, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(villains); i++) {
		struct peer *peer = start_villain(villains[i].handler, villains[i].n_processes);

		harness_kill(&h, peer);
		assert_killed(peer, SIGKILL);
		ck_assert_msg(peer->exited.n_killed == villains[i].n_killed, "%s: %u killed",
			      villains[i].handler, peer->exited.n_killed);
	}
}
END_TEST

START_TEST(kill_reaches_a_hopper)
{
	struct peer *peer = start_villain("hopper", 2);

	harness_kill(&h, peer);
	assert_killed(peer, SIGKILL);
	ck_assert_uint_ge(peer->exited.n_killed, 1);
}
END_TEST

/* A neighbour is not touched by any of it. */
START_TEST(kill_spares_the_neighbour)
{
	static struct leash other;

	leash_make(&leash);
	leash_make(&other);
	harness_start_good(&h, NULL);
	harness_want(&h, 2);
	struct peer *villain = harness_runner(&h), *neighbour = harness_runner(&h);
	peer_send_text(villain, "daemon", leash.path);
	peer_send_text(neighbour, "setsid-child", other.path);
	leash_wait_for(&leash, 2);
	leash_wait_for(&other, 2);
	harness_want(&h, 0);
	harness_kill(&h, villain);
	(void)harness_wait_exited(&h, villain);
	leash_assert_free(&leash);

	ck_assert_int_eq(kill(neighbour->pid, 0), 0);
	harness_kill(&h, neighbour);
	ck_assert_uint_eq(harness_wait_exited(&h, neighbour)->n_killed, 1);
	leash_assert_free(&other);
	harness_stop(&h);
}
END_TEST

START_TEST(term_ends_who_takes_no_care)
{
	struct peer *peer = start_villain("hang", 1);

	harness_signal(&h, peer, SIGTERM);
	assert_killed(peer, SIGTERM);
}
END_TEST

/* Its child, in the same group, gets the signal too. */
START_TEST(term_reaches_a_runner_that_left_its_group)
{
	struct peer *peer = start_villain("joins-child", 2);

	harness_signal(&h, peer, SIGTERM);
	assert_killed(peer, SIGTERM);
	ck_assert_uint_eq(peer->exited.n_killed, 1);
}
END_TEST

START_TEST(term_is_told_to_who_asks)
{
	struct peer *peer = start_villain("careful", 1);

	harness_signal(&h, peer, SIGTERM);
	struct wire_outcome o = peer_wait_outcome(peer);
	ck_assert_str_eq(result_text(&o), "asked");
	peer_wait_closed(peer);
	ck_assert_int_eq(harness_wait_exited(&h, peer)->status, 0);
	leash_assert_free(&leash);
	harness_stop(&h);
}
END_TEST

/* The next job of the same runner has the default action again, and has not been asked. */
START_TEST(asking_ends_with_the_job)
{
	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	for (int i = 0; i < 2; i++) {
		leash_make(&leash);
		peer_send_text(peer, "careful", leash.path);
		leash_wait_for(&leash, 1);
		harness_signal(&h, peer, SIGTERM);
		struct wire_outcome o = peer_wait_outcome(peer);
		ck_assert_str_eq(result_text(&o), "asked");
		leash_assert_free(&leash);
	}
	leash_make(&leash);
	harness_want(&h, 0);
	peer_send_text(peer, "hang", leash.path);
	leash_wait_for(&leash, 1);
	harness_signal(&h, peer, SIGTERM);
	assert_killed(peer, SIGTERM);
}
END_TEST

START_TEST(term_is_nothing_to_the_deaf)
{
	struct peer *peer = start_villain("deaf", 1);

	harness_signal(&h, peer, SIGTERM);
	harness_signal(&h, peer, SIGCONT); /* both have been acted on before the next is */
	harness_kill(&h, peer);
	assert_killed(peer, SIGKILL);
}
END_TEST

START_TEST(leavings_of_a_good_job_are_killed)
{
	static const char *const handlers[] = { "daemon-left", "stopped-daemon-left" };

	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++) {
		struct peer *peer = start_villain(handlers[i], 1);

		struct wire_outcome o = peer_wait_outcome(peer);
		ck_assert_int_eq(o.verdict, WIRE_FINISHED);
		const struct wire_exited *exited = harness_wait_exited(&h, peer);
		ck_assert_int_eq(exited->status, 0);
		ck_assert_uint_eq(exited->n_killed, 1);
		leash_assert_free(&leash);
		harness_stop(&h);
	}
}
END_TEST

/* Status 0 alone proves nothing: the handler ended the process itself. */
START_TEST(leavings_of_an_exit_are_killed)
{
	struct peer *peer = start_villain("exit-0-with-daemon", 1);

	const struct wire_exited *exited = harness_wait_exited(&h, peer);
	ck_assert_int_eq(exited->status, 0);
	ck_assert_uint_eq(exited->n_killed, 1);
	leash_assert_free(&leash);
	harness_stop(&h);
}
END_TEST

START_TEST(leavings_in_a_recycled_runner_are_killed)
{
	char text[256];

	leash_make(&leash);
	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	(void)peer_run(peer, "daemon-left", leash.path);
	/* Before the outcome was sent. */
	leash_wait_for(&leash, 1);
	leash_assert_free(&leash);
	read_available(peer->fds[WIRE_FD_STDERR], text, sizeof(text));
	ck_assert_str_eq(text, "libqueue: job the-id left 1 processes behind: killed\n");
	struct wire_outcome o = peer_run(peer, "echo", "still here");
	ck_assert_str_eq(result_text(&o), "still here");
	harness_stop(&h);
}
END_TEST

/* The daemons of a runner that somebody else has killed. */
START_TEST(leavings_of_the_killed_are_killed)
{
	struct peer *peer = start_villain("daemon", 2);

	ck_assert_int_eq(kill(peer->pid, SIGKILL), 0);
	assert_killed(peer, SIGKILL);
	ck_assert_uint_eq(peer->exited.n_killed, 1);
}
END_TEST

int main(void)
{
	const TTest *all[] = {
		kill_reaches_all,
		kill_reaches_a_hopper,
		kill_spares_the_neighbour,
		term_ends_who_takes_no_care,
		term_reaches_a_runner_that_left_its_group,
		term_is_told_to_who_asks,
		asking_ends_with_the_job,
		term_is_nothing_to_the_deaf,
		leavings_of_a_good_job_are_killed,
		leavings_of_an_exit_are_killed,
		leavings_in_a_recycled_runner_are_killed,
		leavings_of_the_killed_are_killed,
	};

	return run_process_tests("killing", all, ARRAY_SIZE(all));
}
