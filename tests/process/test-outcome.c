/* SPDX-License-Identifier: MIT */
/* Outcomes: what a handler returns and asks for, as the manager is told it. */
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

START_TEST(follow_ups_carry_their_options)
{
	static const struct wire_child expected[] = {
		{ .delay_ms = 5000, .unique_key = "" },
		{ .run_at_ms = 4000000000000, .unique_key = "" },
		{ .front = true, .unique_key = "" },
		{ .unique_key = "k" },
		{ .unique_key = "k", .unique_ttl_ms = 700 },
		{ .unique_key = "k" },
	};
	struct wire_message m;

	harness_start_good(&h, NULL);
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	peer_send_text(peer, "follow-ups-of-all-kinds", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		ck_assert(peer_receive(peer, &m));
		ck_assert_int_eq(m.type, WIRE_CHILD);
		ck_assert_int_eq(m.child.delay_ms, expected[i].delay_ms);
		ck_assert_int_eq(m.child.run_at_ms, expected[i].run_at_ms);
		ck_assert_int_eq(m.child.front, expected[i].front);
		ck_assert_str_eq(m.child.unique_key, expected[i].unique_key);
		ck_assert_int_eq(m.child.unique_ttl_ms, expected[i].unique_ttl_ms);
	}
	ck_assert(peer_receive(peer, &m));
	ck_assert_int_eq(m.type, WIRE_OUTCOME);
	ck_assert_uint_eq(m.outcome.n_children, ARRAY_SIZE(expected));
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
		follow_ups_carry_their_options,
		follow_ups_of_a_failure_are_not_sent,
		follow_ups_have_limits,
	};

	return run_process_tests("outcome", all, ARRAY_SIZE(all));
}
