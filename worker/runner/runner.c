/* SPDX-License-Identifier: MIT */
/* The runner's life: set up, job after job, in order to the end. */
#include "runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "context.h"
#include "inherit.h"
#include "leftovers.h"
#include "sweep.h"
#include "table.h"
#include "wire.h"

#define READ_SIZE 4096u

/* In full, or a negative errno: then the manager is gone, or has given this runner up. */
static int send_all(const struct buffer *out)
{
	const uint8_t *data = buffer_begin(out);
	size_t left = buffer_size(out);

	while (left > 0) {
		ssize_t n = send(RUNNER_FD_SOCKET, data, left, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			left -= (size_t)n;
		}
	}
	return 0;
}

static int send_ready(int error)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(64);

	int r = wire_put_ready(&out, error);
	return r < 0 ? r : send_all(&out);
}

/* Bytes read (> 0), 0 at the end of the stream, or a negative errno. */
static ssize_t read_more(struct buffer *in)
{
	uint8_t *to;
	ssize_t n;

	/* As much again as is there already: a large frame comes in few calls. */
	size_t room = buffer_size(in) > READ_SIZE ? buffer_size(in) : READ_SIZE;
	int r = buffer_reserve(in, room, &to);
	if (r < 0)
		return r;
	do
		n = recv(RUNNER_FD_SOCKET, to, room, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		buffer_commit(in, (size_t)n);
	return n < 0 ? -errno : n;
}

/* The next job's frame size (> 0), 0 when no more will come, or a negative errno. */
static int64_t next_job(struct buffer *in, struct wire_message *ret)
{
	for (;;) {
		int64_t size = wire_parse(buffer_begin(in), buffer_size(in), WIRE_FRAME_MAX, ret);

		if (size > 0)
			return ret->type == WIRE_JOB ? size : -EPROTO;
		if (size < 0)
			return size;

		ssize_t n = read_more(in);
		if (n <= 0)
			return n;
	}
}

static int64_t microseconds(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

/* With what its own children, waited for, have used. */
static struct lq__usage usage_now(void)
{
	struct rusage self = { 0 }, children = { 0 };

	(void)getrusage(RUSAGE_SELF, &self);
	(void)getrusage(RUSAGE_CHILDREN, &children);
	return (struct lq__usage){
		.user_us = microseconds(self.ru_utime) + microseconds(children.ru_utime),
		.system_us = microseconds(self.ru_stime) + microseconds(children.ru_stime),
		.max_rss_kb = self.ru_maxrss,
	};
}

/* The peak of memory never falls: only a runner's first job can tell its own. */
static struct lq__usage usage_since(const struct lq__usage *before, bool is_first)
{
	struct lq__usage now = usage_now();

	return (struct lq__usage){
		.user_us = now.user_us - before->user_us,
		.system_us = now.system_us - before->system_us,
		.max_rss_kb = is_first ? now.max_rss_kb - before->max_rss_kb : -1,
	};
}

static int call_handler(const struct runner_start *start, struct lq_job *job)
{
	const struct lq_handler *handler = lq__handlers_find(start->handlers, job->wire.handler);

	if (handler)
		return handler->run(job);
	lq_job_set_message(job, "this worker has no handler '%s'; load the module that has it",
			   job->wire.handler);
	return -ENOSYS;
}

/* What the job has printed is in the pipes before the manager can know that it has ended. */
static int run_job(const struct runner_start *start, const struct wire_job *wire, bool is_first,
		   bool is_last)
{
	struct lq__usage before = usage_now();
	struct lq_job job;

	lq__job_init(&job, wire);
	int returned = call_handler(start, &job);
	(void)fflush(NULL);
	lq__stop_reset();
	if (!is_last)
		leftovers_kill(wire->id);

	struct lq__usage used = usage_since(&before, is_first);
	int r = lq__job_end(&job, returned, &used);
	if (r == 0)
		r = send_all(&job.frames);
	lq__job_fini(&job);
	return r;
}

static int run_jobs(const struct runner_start *start)
{
	_cleanup_(buffer_fini) struct buffer in = BUFFER_INIT(2 * (size_t)WIRE_FRAME_MAX);
	const unsigned int limit = start->jobs_per_runner;
	struct wire_message message;

	for (unsigned int n = 1; limit == 0 || n <= limit; n++) {
		int64_t size = next_job(&in, &message);
		if (size <= 0)
			return (int)size;

		int r = run_job(start, &message.job, n == 1, n == limit);
		if (r < 0)
			return r;
		buffer_consume(&in, (size_t)size);
	}
	return 0;
}

/* The spawner reaps, looks for what is left where there may be something, and reports. */
static _Noreturn void end_in_order(const struct runner_start *start)
{
	lq__handlers_runner_fini(start->handlers);
	(void)fflush(NULL);
	if (sweep_has_nothing())
		*start->proof = start->generation;
	_exit(EXIT_SUCCESS);
}

_Noreturn void runner_main(const struct runner_start *start)
{
	if (runner_cut_loose(start) < 0)
		_exit(EXIT_FAILURE);

	int r = lq__handlers_runner_init(start->handlers);
	if (r == 0)
		r = leftovers_begin();
	(void)fflush(NULL);
	if (send_ready(-r) < 0 || r < 0)
		_exit(EXIT_FAILURE);
	if (run_jobs(start) < 0)
		_exit(EXIT_FAILURE);
	end_in_order(start);
}
