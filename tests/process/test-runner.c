/* SPDX-License-Identifier: MIT */
/* Runners: born, recycled, gone; what a handler finds around it and prints. */
#include <check.h>
#include <errno.h>
#include <libqueue/value.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "harness.h"
#include "macro.h"
#include "suite.h"

static struct harness h;

/* One job in a runner of its own. */
static struct wire_outcome outcome_of(const char *handler, const char *text)
{
	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	return peer_run(harness_runner(&h), handler, text);
}

START_TEST(fresh_process_for_each_job)
{
	struct wire_outcome o = outcome_of("nothing", NULL);
	struct peer *peer = &h.peers[0];

	ck_assert_int_eq(o.verdict, WIRE_FINISHED);
	peer_wait_closed(peer);
	const struct wire_exited *exited = harness_wait_exited(&h, peer);
	ck_assert_int_eq(exited->status, 0);
	ck_assert_uint_eq(exited->n_killed, 0);
	ck_assert_int_ge(exited->user_us + exited->system_us, 0);
	ck_assert_int_gt(exited->max_rss_kb, 0);

	/* As many live as are wanted. */
	struct peer *next = harness_runner(&h);
	ck_assert_int_ne(next->pid, peer->pid);
	ck_assert_uint_ne(next->generation, peer->generation);
	harness_stop(&h);
}
END_TEST

START_TEST(recycled_after_so_many)
{
	harness_start_good(&h, "3");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	for (int i = 0; i < 3; i++) {
		struct wire_outcome o = peer_run(peer, "pid", NULL);
		struct lq_value *value = lq_value_from_msgpack(o.result, o.result_size);
		int pid;

		ck_assert_int_eq(lq_unpack(value, "i", &pid), 0);
		lq_value_free(value);
		ck_assert_int_eq(pid, peer->pid);
		ck_assert_int_eq(o.max_rss_kb >= 0, i == 0);
	}
	peer_wait_closed(peer);
	ck_assert_int_eq(harness_wait_exited(&h, peer)->status, 0);
	harness_stop(&h);
}
END_TEST

START_TEST(jobs_sent_ahead_are_run_in_order)
{
	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	for (int i = 0; i < 16; i++)
		peer_send_text(peer, "echo", i % 2 ? "odd" : "even");
	for (uint32_t i = 0; i < 16; i++) {
		struct wire_message m;

		ck_assert(peer_receive(peer, &m));
		ck_assert_uint_eq(m.outcome.seq, i + 1);
		ck_assert_str_eq(result_text(&m.outcome), i % 2 ? "odd" : "even");
	}
	harness_stop(&h);
}
END_TEST

/* An idle runner whose manager closes its end has been told to go, and goes in order. */
START_TEST(idle_runner_ends_in_order)
{
	char text[256];

	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	harness_want(&h, 0);
	(void)shutdown(peer->fds[WIRE_FD_SOCKET], SHUT_WR);
	peer_wait_closed(peer);
	read_available(peer->fds[WIRE_FD_STDERR], text, sizeof(text));
	ck_assert_str_eq(text, "fini\n");
	ck_assert_int_eq(harness_wait_exited(&h, peer)->status, 0);
	harness_stop(&h);
}
END_TEST

START_TEST(lying_manager_ends_the_runner)
{
	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	ck_assert_int_eq(send(peer->fds[WIRE_FD_SOCKET], "\xff\xff\xff\xff", 4, MSG_NOSIGNAL), 4);
	peer_wait_closed(peer);
	ck_assert(WIFEXITED(harness_wait_exited(&h, peer)->status));
	ck_assert_int_ne(peer->exited.status, 0);
	harness_stop(&h);
}
END_TEST

START_TEST(output_is_there_before_the_outcome)
{
	char text[64];

	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	(void)peer_run(peer, "print", NULL);
	read_available(peer->fds[WIRE_FD_STDOUT], text, sizeof(text));
	ck_assert_str_eq(text, "to stdout");
	read_available(peer->fds[WIRE_FD_STDERR], text, sizeof(text));
	ck_assert_str_eq(text, "to stderr");
	harness_stop(&h);
}
END_TEST

START_TEST(exit_in_a_handler)
{
	char text[64];

	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	peer_send_text(peer, "exit", NULL);
	peer_wait_closed(peer);
	read_available(peer->fds[WIRE_FD_STDOUT], text, sizeof(text));
	ck_assert_str_eq(text, "printed before exit");
	int status = harness_wait_exited(&h, peer)->status;
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 3);
	harness_stop(&h);
}
END_TEST

START_TEST(abort_in_a_handler)
{
	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	peer_send_text(peer, "abort", NULL);
	peer_wait_closed(peer);
	int status = harness_wait_exited(&h, peer)->status;
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
	harness_stop(&h);
}
END_TEST

START_TEST(killed_by_somebody)
{
	struct leash leash;

	leash_make(&leash);
	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	peer_send_text(peer, "hang", leash.path);
	leash_wait_for(&leash, 1);
	ck_assert_int_eq(kill(peer->pid, SIGKILL), 0);
	peer_wait_closed(peer);
	int status = harness_wait_exited(&h, peer)->status;
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	leash_assert_free(&leash);
	harness_stop(&h);
}
END_TEST

START_TEST(descriptors_are_four)
{
	struct wire_outcome o = outcome_of("descriptors", NULL);

	ck_assert_str_eq(result_text(&o), "0 1 2 3 /dev/null");
	harness_stop(&h);
}
END_TEST

START_TEST(surroundings_are_clean)
{
	ck_assert_int_eq(setenv("LQ_URL", "redis://user:secret@host/", 1), 0);
	ck_assert_int_eq(setenv("LQ_TEST_KEPT", "1", 1), 0);
	(void)signal(SIGPIPE, SIG_IGN);
	struct wire_outcome o = outcome_of("surroundings", NULL);
	ck_assert_str_eq(result_text(&o), "LQ_TEST_KEPT");
	harness_stop(&h);
}
END_TEST

int main(void)
{
	const TTest *all[] = {
		fresh_process_for_each_job,
		recycled_after_so_many,
		jobs_sent_ahead_are_run_in_order,
		idle_runner_ends_in_order,
		lying_manager_ends_the_runner,
		output_is_there_before_the_outcome,
		exit_in_a_handler,
		abort_in_a_handler,
		killed_by_somebody,
		descriptors_are_four,
		surroundings_are_clean,
	};

	return run_process_tests("runner", all, ARRAY_SIZE(all));
}
