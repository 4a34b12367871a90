/* SPDX-License-Identifier: MIT */
/* The wire: every message there and back, cut at every byte, and with every kind of lie. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "wire.h"

static struct buffer out;

static void setup(void)
{
	out = BUFFER_INIT(2 * (size_t)WIRE_FRAME_MAX);
}

static void teardown(void)
{
	buffer_fini(&out);
}

static struct wire_message parse_whole(void)
{
	struct wire_message m;

	ck_assert_int_eq(wire_parse(buffer_begin(&out), buffer_size(&out), WIRE_FRAME_MAX, &m),
			 (int64_t)buffer_size(&out));
	return m;
}

/* Whatever is cut off the end: more is awaited, nothing is read beyond. */
static void assert_incomplete_when_cut(void)
{
	size_t whole = buffer_size(&out);

	for (size_t size = 0; size < whole; size++) {
		struct wire_message m;
		uint8_t *copy = malloc(size ? size : 1);

		ck_assert_ptr_nonnull(copy);
		if (size > 0)
			memcpy(copy, buffer_begin(&out), size);
		ck_assert_int_eq(wire_parse(copy, size, WIRE_FRAME_MAX, &m), 0);
		free(copy);
	}
}

/* A frame whose length is true but whose fields end too early or too late is a lie. */
static void assert_refused_when_resized(void)
{
	size_t whole = buffer_size(&out);
	uint8_t *copy = malloc(whole + 1);
	struct wire_message m;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, buffer_begin(&out), whole);
	copy[whole] = 0;
	for (size_t length = 1; length <= whole - 4 + 1; length++) {
		if (length == whole - 4)
			continue;
		copy[0] = (uint8_t)length;
		copy[1] = (uint8_t)(length >> 8);
		ck_assert_int_eq(wire_parse(copy, whole + 1, WIRE_FRAME_MAX, &m), -EPROTO);
	}
	free(copy);
}

static const struct wire_job a_job = {
	.seq = 7,
	.claim = UINT64_MAX - 1,
	.attempt = 3,
	.max_attempts = -1,
	.timeout_ms = INT64_MIN,
	.queue = "mail",
	.id = "an-id",
	.handler = "send:email",
	.args = "\x81\xa1\x61\x00",
	.args_size = 4,
};

START_TEST(job_comes_back)
{
	ck_assert_int_eq(wire_put_job(&out, &a_job), 0);
	assert_incomplete_when_cut();
	assert_refused_when_resized();

	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_JOB);
	ck_assert_uint_eq(m.job.seq, 7);
	ck_assert_uint_eq(m.job.claim, UINT64_MAX - 1);
	ck_assert_uint_eq(m.job.attempt, 3);
	ck_assert_int_eq(m.job.max_attempts, -1);
	ck_assert_int_eq(m.job.timeout_ms, INT64_MIN);
	ck_assert_str_eq(m.job.queue, "mail");
	ck_assert_str_eq(m.job.id, "an-id");
	ck_assert_str_eq(m.job.handler, "send:email");
	ck_assert_uint_eq(m.job.args_size, 4);
	ck_assert_mem_eq(m.job.args, a_job.args, 4);
}
END_TEST

START_TEST(bytes_on_the_wire_are_as_written_down)
{
	/* clang-format off */
	static const uint8_t expected[] = {
		49, 0, 0, 0, WIRE_CHILD, 1, 0, 0, 0, 'q', 0, 1, 0, 0, 0, 'i', 0,
		2, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 'k', 0,
		4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xff,
	};
	/* clang-format on */
	struct wire_child child = {
		.queue = "q",
		.id = "i",
		.delay_ms = 258,
		.run_at_ms = 3,
		.front = true,
		.unique_key = "k",
		.unique_ttl_ms = 4,
		.envelope = "\xff",
		.envelope_size = 1,
	};

	ck_assert_int_eq(wire_put_child(&out, &child), 0);
	ck_assert_uint_eq(buffer_size(&out), sizeof(expected));
	ck_assert_mem_eq(buffer_begin(&out), expected, sizeof(expected));

	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_CHILD);
	ck_assert_str_eq(m.child.queue, "q");
	ck_assert_str_eq(m.child.id, "i");
	ck_assert_int_eq(m.child.delay_ms, 258);
	ck_assert_int_eq(m.child.run_at_ms, 3);
	ck_assert(m.child.front);
	ck_assert_str_eq(m.child.unique_key, "k");
	ck_assert_int_eq(m.child.unique_ttl_ms, 4);
	ck_assert_uint_eq(m.child.envelope_size, 1);
}
END_TEST

START_TEST(outcome_comes_back)
{
	struct wire_outcome outcome = {
		.seq = 1,
		.verdict = WIRE_RETRY,
		.error = 5,
		.delay_ms = 1234567890123,
		.user_us = 11,
		.system_us = 12,
		.max_rss_kb = -1,
		.n_children = 9,
		.message = "words",
		.result = "\xc3",
		.result_size = 1,
	};

	ck_assert_int_eq(wire_put_outcome(&out, &outcome), 0);
	assert_incomplete_when_cut();
	assert_refused_when_resized();

	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_OUTCOME);
	ck_assert_int_eq(m.outcome.verdict, WIRE_RETRY);
	ck_assert_int_eq(m.outcome.error, 5);
	ck_assert_int_eq(m.outcome.delay_ms, 1234567890123);
	ck_assert_int_eq(m.outcome.user_us, 11);
	ck_assert_int_eq(m.outcome.system_us, 12);
	ck_assert_int_eq(m.outcome.max_rss_kb, -1);
	ck_assert_uint_eq(m.outcome.n_children, 9);
	ck_assert_str_eq(m.outcome.message, "words");
	ck_assert_uint_eq(m.outcome.result_size, 1);
	ck_assert_mem_eq(m.outcome.result, "\xc3", 1);
}
END_TEST

START_TEST(child_comes_back)
{
	struct wire_child child = {
		.queue = "q", .id = "i", .envelope = "\0\1\2", .envelope_size = 3
	};

	ck_assert_int_eq(wire_put_child(&out, &child), 0);
	assert_incomplete_when_cut();
	assert_refused_when_resized();

	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_CHILD);
	ck_assert_str_eq(m.child.queue, "q");
	ck_assert_str_eq(m.child.id, "i");
	ck_assert_uint_eq(m.child.envelope_size, 3);
	ck_assert_mem_eq(m.child.envelope, "\0\1\2", 3);
}
END_TEST

START_TEST(handler_comes_back)
{
	struct wire_handler handler = { "h", -1, 4, true };

	ck_assert_int_eq(wire_put_handler(&out, &handler), 0);
	assert_incomplete_when_cut();
	assert_refused_when_resized();

	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_HANDLER);
	ck_assert_str_eq(m.handler.name, "h");
	ck_assert_int_eq(m.handler.timeout_ms, -1);
	ck_assert_int_eq(m.handler.max_attempts, 4);
	ck_assert(m.handler.sensitive);
}
END_TEST

START_TEST(exited_comes_back)
{
	struct wire_exited exited = { 1ull << 40, -9, 1, 2, 3, 4 };

	ck_assert_int_eq(wire_put_exited(&out, &exited), 0);
	assert_incomplete_when_cut();
	assert_refused_when_resized();

	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_EXITED);
	ck_assert_uint_eq(m.exited.generation, 1ull << 40);
	ck_assert_int_eq(m.exited.status, -9);
	ck_assert_int_eq(m.exited.user_us, 1);
	ck_assert_int_eq(m.exited.system_us, 2);
	ck_assert_int_eq(m.exited.max_rss_kb, 3);
	ck_assert_uint_eq(m.exited.n_killed, 4);
}
END_TEST

START_TEST(runner_and_signals_come_back)
{
	static const enum wire_type types[] = { WIRE_SIGNAL, WIRE_KILL };
	struct wire_runner runner = { 5, 4711 };

	ck_assert_int_eq(wire_put_runner(&out, &runner), 0);
	struct wire_message m = parse_whole();
	ck_assert_int_eq(m.type, WIRE_RUNNER);
	ck_assert_uint_eq(m.runner.generation, 5);
	ck_assert_int_eq(m.runner.pid, 4711);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct wire_signal signal = { 6, 15 };

		buffer_clear(&out);
		ck_assert_int_eq(wire_put_signal(&out, types[i], &signal), 0);
		m = parse_whole();
		ck_assert_int_eq(m.type, types[i]);
		ck_assert_uint_eq(m.signal.generation, 6);
		ck_assert_int_eq(m.signal.signo, 15);
	}
}
END_TEST

START_TEST(short_messages_come_back)
{
	ck_assert_int_eq(wire_put_ready(&out, 13), 0);
	ck_assert_int_eq(parse_whole().error, 13);
	buffer_clear(&out);
	ck_assert_int_eq(wire_put_hello(&out), 0);
	ck_assert_uint_eq(parse_whole().abi, WIRE_ABI);
	buffer_clear(&out);
	ck_assert_int_eq(wire_put_loaded(&out), 0);
	ck_assert_int_eq(parse_whole().type, WIRE_LOADED);
	buffer_clear(&out);
	ck_assert_int_eq(wire_put_want(&out, 12), 0);
	ck_assert_uint_eq(parse_whole().want, 12);
	buffer_clear(&out);
	ck_assert_int_eq(wire_put_text(&out, WIRE_FAILED, "what"), 0);
	ck_assert_str_eq(parse_whole().text, "what");
	buffer_clear(&out);
	ck_assert_int_eq(wire_put_text(&out, WIRE_NOTE, NULL), 0);
	ck_assert_str_eq(parse_whole().text, "");
}
END_TEST

START_TEST(frames_follow_each_other)
{
	struct wire_message m;

	ck_assert_int_eq(wire_put_want(&out, 1), 0);
	ck_assert_int_eq(wire_put_want(&out, 2), 0);
	for (uint32_t n = 1; n <= 2; n++) {
		int64_t r = wire_parse(buffer_begin(&out), buffer_size(&out), WIRE_FRAME_MAX, &m);

		ck_assert_int_gt(r, 0);
		ck_assert_uint_eq(m.want, n);
		buffer_consume(&out, (size_t)r);
	}
	ck_assert_uint_eq(buffer_size(&out), 0);
}
END_TEST

START_TEST(lies_are_refused)
{
	static const struct {
		const char *bytes;
		size_t size;
	} lies[] = {
		{ "\0\0\0\0", 4 },                           /* no type */
		{ "\xff\xff\xff\xff", 4 },                   /* 4 GiB */
		{ "\1\0\0\0\0", 5 },                         /* type 0 */
		{ "\1\0\0\0\2", 5 },                         /* a gap in the types */
		{ "\1\0\0\0\xff", 5 },                       /* above all types */
		{ "\2\0\0\0\x22x", 6 },                      /* LOADED with something */
		{ "\7\0\0\0\x26\2\0\0\0a\0", 11 },           /* text without its zero */
		{ "\7\0\0\0\x26\1\0\0\0\0\0", 11 },          /* text with a zero inside */
		{ "\x7\0\0\0\x26\xff\xff\xff\xff\0\0", 11 }, /* text longer than the frame */
		{ "\x13\0\0\0\x21\1\0\0\0h\0"
		  "\0\0\0\0\0\0\0\0\0\0\0\0\2",
		  23 }, /* a bool of 2 */
	};
	struct wire_message m;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		ck_assert_msg(wire_parse(lies[i].bytes, lies[i].size, WIRE_FRAME_MAX, &m) ==
				      -EPROTO,
			      "lie %zu was believed", i);
}
END_TEST

START_TEST(unknown_verdict_is_refused)
{
	struct wire_outcome outcome = { .verdict = WIRE_N_VERDICTS };
	struct wire_message m;

	ck_assert_int_eq(wire_put_outcome(&out, &outcome), 0);
	ck_assert_int_eq(wire_parse(buffer_begin(&out), buffer_size(&out), WIRE_FRAME_MAX, &m),
			 -EPROTO);
}
END_TEST

/* The limit counts the whole frame, and is told from the first four bytes. */
START_TEST(limit_of_the_reader)
{
	struct wire_message m;

	ck_assert_int_eq(wire_put_want(&out, 1), 0);
	size_t size = buffer_size(&out);
	ck_assert_int_eq(wire_parse(buffer_begin(&out), size, size, &m), (int64_t)size);
	ck_assert_int_eq(wire_parse(buffer_begin(&out), 4, size - 1, &m), -EPROTO);
}
END_TEST

START_TEST(limit_of_the_writer)
{
	struct wire_job job = { .args_size = 0 };
	ck_assert_int_eq(wire_put_job(&out, &job), 0);
	size_t rest = WIRE_FRAME_MAX - buffer_size(&out);

	void *args = calloc(1, rest + 1);
	ck_assert_ptr_nonnull(args);
	job.args = args;
	job.args_size = rest;
	buffer_clear(&out);
	ck_assert_int_eq(wire_put_job(&out, &job), 0);
	ck_assert_uint_eq(buffer_size(&out), WIRE_FRAME_MAX);
	ck_assert_uint_eq(parse_whole().job.args_size, rest);

	job.args_size = rest + 1;
	ck_assert_int_eq(wire_put_job(&out, &job), -EMSGSIZE);
	ck_assert_uint_eq(buffer_size(&out), WIRE_FRAME_MAX);
	free(args);
}
END_TEST

START_TEST(full_buffer_is_left_as_it_was)
{
	struct buffer small = BUFFER_INIT(20);

	ck_assert_int_eq(wire_put_want(&small, 1), 0);
	ck_assert_int_eq(wire_put_job(&small, &a_job), -EMSGSIZE);
	ck_assert_uint_eq(buffer_size(&small), 9);
	ck_assert_int_eq(wire_put_want(&small, 2), 0);
	buffer_fini(&small);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire");
	TCase *tcase = tcase_create("wire");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, job_comes_back);
	tcase_add_test(tcase, bytes_on_the_wire_are_as_written_down);
	tcase_add_test(tcase, outcome_comes_back);
	tcase_add_test(tcase, child_comes_back);
	tcase_add_test(tcase, handler_comes_back);
	tcase_add_test(tcase, exited_comes_back);
	tcase_add_test(tcase, runner_and_signals_come_back);
	tcase_add_test(tcase, short_messages_come_back);
	tcase_add_test(tcase, frames_follow_each_other);
	tcase_add_test(tcase, lies_are_refused);
	tcase_add_test(tcase, unknown_verdict_is_refused);
	tcase_add_test(tcase, limit_of_the_reader);
	tcase_add_test(tcase, limit_of_the_writer);
	tcase_add_test(tcase, full_buffer_is_left_as_it_was);
	suite_add_tcase(suite, tcase);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed > 0;
}
