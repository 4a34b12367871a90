/* SPDX-License-Identifier: MIT */
/* What the manager makes of a runner's bytes: whole, in pieces, wrong, and at its end. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buffer.h"
#include "check-main.h"
#include "runner-link.h"

static struct loop loop;
static struct runner_link end_of_manager;
static int peer; /* the runner's end */
static int n_messages, n_bad, n_eof;
static uint32_t last_seq;
static bool closes_at_once;

static void on_message(void *userdata, const struct wire_message *message)
{
	(void)userdata;
	n_messages++;
	if (message->type == WIRE_OUTCOME)
		last_seq = message->outcome.seq;
	if (closes_at_once)
		runner_link_close(&end_of_manager);
}

static void on_bad(void *userdata, const char *what)
{
	(void)userdata;
	ck_assert_ptr_nonnull(what);
	n_bad++;
}

static void on_eof(void *userdata)
{
	(void)userdata;
	n_eof++;
}

static void begin(void)
{
	static const struct runner_link_events events = { on_message, on_bad, on_eof };
	int pair[2];

	n_messages = n_bad = n_eof = 0;
	closes_at_once = false;
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(runner_link_init(&end_of_manager, &loop, pair[0], &events, NULL), 0);
	peer = pair[1];
}

static void end(void)
{
	runner_link_close(&end_of_manager);
	if (peer >= 0)
		(void)close(peer);
	loop_fini(&loop);
}

static struct buffer frames(int n)
{
	struct buffer out = BUFFER_INIT(1 << 20);

	for (int i = 1; i <= n; i++) {
		struct wire_outcome outcome = { .seq = (uint32_t)i, .message = "m" };
		ck_assert_int_eq(wire_put_outcome(&out, &outcome), 0);
	}
	return out;
}

static void send_bytes(const void *data, size_t size)
{
	ck_assert_int_eq((int)send(peer, data, size, MSG_NOSIGNAL), (int)size);
}

START_TEST(many_frames_in_one_read)
{
	struct buffer out = frames(50);

	begin();
	send_bytes(buffer_begin(&out), buffer_size(&out));
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_int_eq(n_messages, 50);
	ck_assert_uint_eq(last_seq, 50);
	buffer_fini(&out);
	end();
}
END_TEST

START_TEST(a_frame_byte_by_byte)
{
	struct buffer out = frames(2);

	begin();
	for (size_t i = 0; i < buffer_size(&out); i++) {
		send_bytes(buffer_begin(&out) + i, 1);
		ck_assert_int_eq(loop_turn(&loop), 0);
		ck_assert_int_eq(n_messages, i + 1 == buffer_size(&out)       ? 2
					     : i + 1 >= buffer_size(&out) / 2 ? 1
									      : 0);
		ck_assert(end_of_manager.partial.is_set == (buffer_size(&end_of_manager.in) > 0));
	}
	buffer_fini(&out);
	end();
}
END_TEST

START_TEST(a_stream_that_lied_is_at_its_end)
{
	struct buffer out = frames(1);

	begin();
	send_bytes("\x05\x00\x00\x00\xee"
		   "abcd",
		   9);
	send_bytes(buffer_begin(&out), buffer_size(&out));
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_int_eq(n_bad, 1);
	ck_assert_int_eq(n_messages, 0);
	ck_assert_int_eq(end_of_manager.fd, -1);
	buffer_fini(&out);
	end();
}
END_TEST

START_TEST(a_length_of_4_gib)
{
	begin();
	send_bytes("\xff\xff\xff\xff\x11", 5);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_int_eq(n_bad, 1);
	end();
}
END_TEST

START_TEST(what_was_said_before_the_end_is_heard)
{
	struct buffer out = frames(3);

	begin();
	send_bytes(buffer_begin(&out), buffer_size(&out));
	(void)close(peer);
	peer = -1;
	runner_link_drain(&end_of_manager);
	ck_assert_int_eq(n_messages, 3);
	ck_assert_int_eq(n_eof, 1);
	ck_assert(runner_link_is_delivered(&end_of_manager));
	buffer_fini(&out);
	end();
}
END_TEST

static const struct wire_job job = { .seq = 1, .queue = "q", .id = "i", .handler = "h" };

/* An idle runner is killed just when it is given a job: the job has not begun. */
START_TEST(a_job_that_was_never_read)
{
	begin();
	ck_assert_int_eq(runner_link_send_job(&end_of_manager, &job), 0);
	(void)close(peer);
	peer = -1;
	runner_link_drain(&end_of_manager);
	ck_assert_int_eq(n_eof, 1);
	ck_assert(!runner_link_is_delivered(&end_of_manager));
	end();
}
END_TEST

START_TEST(a_job_that_was_read)
{
	char data[4096];

	begin();
	ck_assert_int_eq(runner_link_send_job(&end_of_manager, &job), 0);
	ck_assert_int_gt((int)recv(peer, data, sizeof(data), 0), 0);
	(void)close(peer);
	peer = -1;
	runner_link_drain(&end_of_manager);
	ck_assert(runner_link_is_delivered(&end_of_manager));
	end();
}
END_TEST

/* It reads nothing: the rest waits in its buffer, and nobody else. */
START_TEST(a_job_that_does_not_fit)
{
	static char args[1024 * 1024];
	struct wire_job large = job;

	begin();
	large.args = args;
	large.args_size = sizeof(args);
	ck_assert_int_eq(runner_link_send_job(&end_of_manager, &large), 0);
	ck_assert(!runner_link_is_delivered(&end_of_manager));
	for (int i = 0; i < 1000 && !runner_link_is_delivered(&end_of_manager); i++) {
		ck_assert_int_gt((int)recv(peer, args, sizeof(args), 0), 0);
		ck_assert_int_eq(loop_turn(&loop), 0);
	}
	ck_assert(runner_link_is_delivered(&end_of_manager));
	end();
}
END_TEST

START_TEST(a_link_closed_by_its_own_message)
{
	struct buffer out = frames(3);

	begin();
	closes_at_once = true;
	send_bytes(buffer_begin(&out), buffer_size(&out));
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_int_eq(n_messages, 1);
	ck_assert_int_eq(n_bad + n_eof, 0);
	buffer_fini(&out);
	end();
}
END_TEST

CHECK_MAIN("runner-link", many_frames_in_one_read, a_frame_byte_by_byte,
	   a_stream_that_lied_is_at_its_end, a_length_of_4_gib,
	   what_was_said_before_the_end_is_heard, a_job_that_was_never_read, a_job_that_was_read,
	   a_job_that_does_not_fit, a_link_closed_by_its_own_message)
