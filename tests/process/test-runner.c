/* SPDX-License-Identifier: MIT */
/* A job in a runner, from its frame to its outcome: every way to end. */
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

START_TEST(finished_with_result)
{
	struct wire_outcome o = outcome_of("echo", "hello");

	ck_assert_str_eq(result_text(&o), "hello");
	ck_assert_int_ge(o.user_us, 0);
	ck_assert_int_ge(o.system_us, 0);
	ck_assert_int_ge(o.max_rss_kb, 0);
	harness_stop(&h);
}
END_TEST

START_TEST(finished_without_result)
{
	struct wire_outcome o = outcome_of("nothing", NULL);

	ck_assert_int_eq(o.verdict, WIRE_FINISHED);
	ck_assert_uint_eq(o.result_size, 0);
	ck_assert_str_eq(o.message, "");
	harness_stop(&h);
}
END_TEST

START_TEST(handler_is_told_the_job)
{
	struct wire_outcome o = outcome_of("facts", NULL);

	/* Time left; one init, in the parent; runner_init in the runner itself. */
	ck_assert_str_eq(result_text(&o), "the-id mail facts 2 5 4711 1 1 1 1");
	harness_stop(&h);
}
END_TEST

static void assert_failed(const struct wire_outcome *o, int verdict, int error, int64_t delay_ms,
			  const char *message)
{
	ck_assert_int_eq(o->verdict, verdict);
	ck_assert_int_eq(o->error, error);
	ck_assert_int_eq(o->delay_ms, delay_ms);
	ck_assert_msg(strstr(o->message, message) != NULL, "message: %s", o->message);
	ck_assert_uint_eq(o->result_size, 0);
}

START_TEST(unfinished)
{
	static const struct {
		const char *handler;
		int verdict, error;
		int64_t delay_ms;
		const char *message;
	} cases[] = {
		{ "error", WIRE_ERROR, ENOENT, 0, "no such thing" },
		{ "fail", WIRE_REJECTED, 0, 0, "bad 7" },
		{ "retry", WIRE_RETRY, 0, 5000, "busy" },
		{ "snooze", WIRE_SNOOZE, 0, 250, "" },
		{ "negative-delay", WIRE_ERROR, EINVAL, 0, "a delay of -1 ms" },
		{ "other-number", WIRE_ERROR, EINVAL, 0, "the handler returned 4242" },
		{ "bad-format", WIRE_ERROR, EINVAL, 0, "result: " },
		{ "large-ignored", WIRE_ERROR, EMSGSIZE, 0, "result: " },
		{ "no-such-handler", WIRE_ERROR, ENOSYS, 0, "no handler 'no-such-handler'" },
	};

	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wire_outcome o = peer_run(peer, cases[i].handler, NULL);

		assert_failed(&o, cases[i].verdict, cases[i].error, cases[i].delay_ms,
			      cases[i].message);
	}
	harness_stop(&h);
}
END_TEST

START_TEST(message_is_cut_between_characters)
{
	struct wire_outcome o = outcome_of("long-message", NULL);

	/* "a" and 2,047 characters of two bytes; half of one more would have fitted. */
	ck_assert_uint_eq(strlen(o.message), 4095);
	ck_assert_uint_eq((unsigned char)o.message[4094], 0xa4);
	harness_stop(&h);
}
END_TEST

START_TEST(result_at_its_limit)
{
	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);

	for (int over = 0; over <= 1; over++) {
		struct lq_value *args = lq_pack("i", over);
		size_t size;
		const void *data = lq_value_data(args, &size);

		peer_send(peer, "large", data, size);
		struct wire_outcome o = peer_wait_outcome(peer);
		lq_value_free(args);
		if (over) {
			assert_failed(&o, WIRE_ERROR, EMSGSIZE, 0, "result: ");
		} else {
			ck_assert_int_eq(o.verdict, WIRE_FINISHED);
			ck_assert_uint_eq(o.result_size, 1024 * 1024);
		}
	}
	harness_stop(&h);
}
END_TEST

START_TEST(arguments_of_every_kind)
{
	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);

	struct lq_value *args = lq_pack("{s:s, s:i}", "to", "ada", "tries", 3);
	size_t size;
	const void *data = lq_value_data(args, &size);
	peer_send(peer, "unpack", data, size);
	struct wire_outcome o = peer_wait_outcome(peer);
	struct lq_value *result = lq_value_from_msgpack(o.result, o.result_size);
	const char *to;
	int tries;
	ck_assert_int_eq(lq_unpack(result, "{s:s, s:i}", "to", &to, "tries", &tries), 0);
	ck_assert_str_eq(to, "ada");
	ck_assert_int_eq(tries, 4);
	lq_value_free(result);
	lq_value_free(args);

	o = peer_run(peer, "unpack", "a text");
	assert_failed(&o, WIRE_REJECTED, 0, 0, "arguments: ");
	o = peer_run(peer, "unpack", NULL);
	assert_failed(&o, WIRE_REJECTED, 0, 0, "arguments: ");

	o = peer_run(peer, "has-args", NULL);
	ck_assert_str_eq(result_text(&o), "");
	o = peer_run(peer, "has-args", "a text");
	ck_assert_str_eq(result_text(&o), "some");
	peer_send(peer, "has-args", "\xc1", 1); /* no msgpack */
	o = peer_wait_outcome(peer);
	ck_assert_ptr_nonnull(strstr(result_text(&o), "arguments cannot be read"));
	harness_stop(&h);
}
END_TEST

START_TEST(large_arguments)
{
	static char text[1024 * 1024 - 5];

	memset(text, 'x', sizeof(text) - 1);
	struct wire_outcome o = outcome_of("echo", text);
	ck_assert_str_eq(result_text(&o), text);
	harness_stop(&h);
}
END_TEST

START_TEST(follow_ups_come_before_the_outcome)
{
	struct wire_message m;
	char id[64];

	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	peer_send_text(peer, "follow-ups", NULL);

	ck_assert(peer_receive(peer, &m));
	ck_assert_int_eq(m.type, WIRE_CHILD);
	ck_assert_str_eq(m.child.queue, "mail");
	(void)snprintf(id, sizeof(id), "%s", m.child.id);
	ck_assert_uint_gt(m.child.envelope_size, 0);
	ck_assert(peer_receive(peer, &m));
	ck_assert_int_eq(m.type, WIRE_CHILD);
	ck_assert_str_eq(m.child.queue, "other");
	ck_assert_str_eq(m.child.id, "chosen");
	ck_assert(peer_receive(peer, &m));
	ck_assert_int_eq(m.type, WIRE_OUTCOME);
	ck_assert_uint_eq(m.outcome.n_children, 2);
	ck_assert_str_eq(result_text(&m.outcome), id);
	harness_stop(&h);
}
END_TEST

START_TEST(follow_ups_of_a_failure_are_not_sent)
{
	struct wire_outcome o = outcome_of("follow-ups-then-fail", NULL);

	assert_failed(&o, WIRE_REJECTED, 0, 0, "after all");
	harness_stop(&h);
}
END_TEST

START_TEST(follow_ups_have_limits)
{
	struct wire_message m;
	size_t n = 0;

	harness_start_good(&h, "0");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	peer_send_text(peer, "follow-ups-refused", NULL);
	while (peer_receive(peer, &m) && m.type == WIRE_CHILD)
		n++;
	ck_assert_int_eq(m.type, WIRE_OUTCOME);
	ck_assert_uint_eq(m.outcome.n_children, n);
	ck_assert_str_eq(result_text(&m.outcome), "a job has at most 1000 follow-up jobs");
	ck_assert_uint_eq(n, 1000);

	struct wire_outcome o = peer_run(peer, "follow-ups-too-large", NULL);
	assert_failed(&o, WIRE_REJECTED, 0, 0,
		      "1, then: the follow-up jobs of one job are at most");
	harness_stop(&h);
}
END_TEST

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
		finished_with_result,
		finished_without_result,
		handler_is_told_the_job,
		unfinished,
		message_is_cut_between_characters,
		result_at_its_limit,
		arguments_of_every_kind,
		large_arguments,
		follow_ups_come_before_the_outcome,
		follow_ups_of_a_failure_are_not_sent,
		follow_ups_have_limits,
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
