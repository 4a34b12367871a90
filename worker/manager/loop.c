/* SPDX-License-Identifier: MIT */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "clock.h"
#include "macro.h"

int loop_init(struct loop *loop)
{
	*loop = (struct loop){ .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	TAILQ_INIT(&loop->timers);
	return loop->epoll_fd < 0 ? -errno : 0;
}

void loop_fini(struct loop *loop)
{
	if (loop->epoll_fd >= 0)
		(void)close(loop->epoll_fd);
	loop->epoll_fd = -1;
}

int loop_watch(struct loop *loop, struct loop_source *source, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = source };
	int op = source->events != 0 && source->fd == fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	/* A change that changes nothing is asked for all the same: the number may be that of
	 * another descriptor by now. */
	int r = epoll_ctl(loop->epoll_fd, op, fd, &event);
	if (r < 0 && errno == ENOENT)
		r = epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event);
	if (r < 0)
		return -errno;
	source->fd = fd;
	source->events = events;
	return 0;
}

void loop_forget(struct loop *loop, struct loop_source *source)
{
	source->events = 0;
	for (int i = 0; i < loop->n_batch; i++) {
		if (loop->batch[i].data.ptr == source)
			loop->batch[i].data.ptr = NULL;
	}
}

void loop_unwatch(struct loop *loop, struct loop_source *source)
{
	if (source->events != 0)
		(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	loop_forget(loop, source);
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (timer->is_set)
		TAILQ_REMOVE(&loop->timers, timer, entry);
	timer->is_set = false;
}

/* From the end: most timers are set for later than all that are there. */
void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t due_ms)
{
	struct loop_timer *before;

	loop_timer_stop(loop, timer);
	timer->due_ms = due_ms;
	timer->is_set = true;
	before = TAILQ_LAST(&loop->timers, loop_timers);
	while (before && before->due_ms > due_ms)
		before = TAILQ_PREV(before, loop_timers, entry);
	if (before)
		TAILQ_INSERT_AFTER(&loop->timers, before, timer, entry);
	else
		TAILQ_INSERT_HEAD(&loop->timers, timer, entry);
}

void loop_timer_in(struct loop *loop, struct loop_timer *timer, int64_t delay_ms)
{
	loop_timer_set(loop, timer, clock_monotonic_ms() + MAX(delay_ms, 0));
}

void loop_hurry(struct loop *loop)
{
	loop->is_hurried = true;
}

static int loop_timeout(const struct loop *loop)
{
	const struct loop_timer *first = TAILQ_FIRST(&loop->timers);

	if (loop->is_hurried)
		return 0;
	if (!first)
		return -1;
	int64_t left = first->due_ms - clock_monotonic_ms();
	return (int)MAX(0, MIN(left, INT_MAX));
}

static void loop_run_timers(struct loop *loop)
{
	int64_t now = clock_monotonic_ms();
	struct loop_timer *timer;

	/* A timer that sets itself anew for now waits for the next turn. */
	while ((timer = TAILQ_FIRST(&loop->timers)) && timer->due_ms <= now) {
		loop_timer_stop(loop, timer);
		timer->fn(timer->userdata);
		if (TAILQ_FIRST(&loop->timers) == timer)
			break;
	}
}

int loop_turn(struct loop *loop)
{
	int n = epoll_wait(loop->epoll_fd, loop->batch, LOOP_BATCH, loop_timeout(loop));

	loop->is_hurried = false;
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	loop->n_batch = n;
	for (int i = 0; i < n; i++) {
		struct loop_source *source = loop->batch[i].data.ptr;
		if (source)
			source->fn(source->userdata, loop->batch[i].events);
	}
	loop->n_batch = 0;
	loop_run_timers(loop);
	return 0;
}
