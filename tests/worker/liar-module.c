/* SPDX-License-Identifier: MIT */
/*
 * Handlers whose runner lies to the manager: what corrupted memory or an attacker might write to
 * the runner's socket. Each then waits to be killed for it.
 */
#include <errno.h>
#include <libqueue/handler.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libqueue/limits.h>

#include "buffer.h"
#include "wire.h"

enum { SOCKET_FD = 3 };

static int wait_to_be_killed(void)
{
	while (pause() < 0)
		;
	return 0;
}

static void say(const void *data, size_t size)
{
	for (const char *at = data; size > 0;) {
		ssize_t n = send(SOCKET_FD, at, size, MSG_NOSIGNAL);

		if (n < 0)
			return;
		at += n;
		size -= (size_t)n;
	}
}

/* The outcome of this job, the only one of its runner, changed by the liar. */
static int tell(const struct wire_outcome *outcome, const struct wire_child *child)
{
	struct buffer out = BUFFER_INIT(WIRE_FRAME_MAX);
	int r = child ? wire_put_child(&out, child) : 0;

	if (r == 0)
		r = wire_put_outcome(&out, outcome);
	if (r == 0)
		say(buffer_begin(&out), buffer_size(&out));
	return r < 0 ? r : wait_to_be_killed();
}

static int garbage(struct lq_job *job)
{
	char noise[65536];

	(void)job;
	memset(noise, 0xab, sizeof(noise));
	say(noise, sizeof(noise));
	return wait_to_be_killed();
}

static int giant_frame(struct lq_job *job)
{
	(void)job;
	say("\xf0\xff\xff\xff", 4);
	return wait_to_be_killed();
}

static int half_a_frame(struct lq_job *job)
{
	(void)job;
	say("\x10\x01\x00\x00\x11", 5);
	return 0;
}

static int another_job(struct lq_job *job)
{
	(void)job;
	return tell(&(struct wire_outcome){ .seq = 77, .message = "" }, NULL);
}

static int snooze_backwards(struct lq_job *job)
{
	(void)job;
	return tell(
		&(struct wire_outcome){
			.seq = 1, .verdict = WIRE_SNOOZE, .delay_ms = -5, .message = "" },
		NULL);
}

static int snooze_for_ever(struct lq_job *job)
{
	(void)job;
	return tell(
		&(struct wire_outcome){
			.seq = 1, .verdict = WIRE_SNOOZE, .delay_ms = INT64_MAX, .message = "" },
		NULL);
}

static int large_result(struct lq_job *job)
{
	static const char zeros[LQ_RESULT_MAX + 1];

	(void)job;
	return tell(
		&(struct wire_outcome){
			.seq = 1, .message = "", .result = zeros, .result_size = sizeof(zeros) },
		NULL);
}

static int foreign_child(struct lq_job *job)
{
	(void)job;
	return tell(&(struct wire_outcome){ .seq = 1, .n_children = 1, .message = "" },
		    &(struct wire_child){ .queue = "a}b{c",
					  .id = "x",
					  .envelope = "e",
					  .envelope_size = 1,
					  .unique_key = "" });
}

static int damaged_child(struct lq_job *job)
{
	(void)job;
	return tell(&(struct wire_outcome){ .seq = 1, .n_children = 1, .message = "" },
		    &(struct wire_child){ .queue = "q",
					  .id = "x",
					  .envelope = "e",
					  .envelope_size = 1,
					  .unique_key = "" });
}

/* {"queue": name}: nothing is wrong with it here, but that queue's keys are broken. */
static int child(struct lq_job *job)
{
	struct lq_enqueue_options options = LQ_ENQUEUE_OPTIONS_INIT;

	if (lq_job_unpack(job, "{s:s}", "queue", &options.queue) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	return lq_job_enqueue(job, "noop", NULL, &options, NULL);
}

static int hang_up(struct lq_job *job)
{
	(void)job;
	(void)close(SOCKET_FD);
	return wait_to_be_killed();
}

LQ_HANDLERS({ "garbage", garbage }, { "giant_frame", giant_frame },
	    { "half_a_frame", half_a_frame }, { "another_job", another_job },
	    { "snooze_backwards", snooze_backwards }, { "snooze_for_ever", snooze_for_ever },
	    { "large_result", large_result }, { "foreign_child", foreign_child },
	    { "damaged_child", damaged_child }, { "child", child }, { "hang_up", hang_up })
