/* SPDX-License-Identifier: MIT */
/* Timers in their order, sources that come and go while a batch of events is handled. */
#include <unistd.h>

#include "check-main.h"
#include "clock.h"
#include "loop.h"
#include "macro.h"

static struct loop loop;
static int order[8];
static size_t n_called;

struct named {
	struct loop_timer timer;
	int name;
};

static void on_timer(void *userdata)
{
	struct named *named = userdata;

	order[n_called++] = named->name;
}

static void begin(void)
{
	n_called = 0;
	ck_assert_int_eq(loop_init(&loop), 0);
}

START_TEST(timers_run_in_the_order_of_their_times)
{
	struct named timers[4];
	static const int64_t delays[] = { 3, 1, 2, 1 };
	int64_t now = clock_monotonic_ms();

	begin();
	for (int i = 0; i < 4; i++) {
		timers[i] = (struct named){ LOOP_TIMER(on_timer, &timers[i]), i };
		loop_timer_set(&loop, &timers[i].timer, now - 10 + delays[i]);
	}
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 4);
	static const int wanted[] = { 1, 3, 2, 0 };
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		ck_assert_int_eq(order[i], wanted[i]);
	loop_fini(&loop);
}
END_TEST

START_TEST(a_stopped_timer_does_not_run)
{
	struct named a = { LOOP_TIMER(on_timer, &a), 1 }, b = { LOOP_TIMER(on_timer, &b), 2 };

	begin();
	loop_timer_in(&loop, &a.timer, 0);
	loop_timer_in(&loop, &b.timer, 0);
	loop_timer_stop(&loop, &a.timer);
	loop_timer_stop(&loop, &a.timer);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 1);
	ck_assert_int_eq(order[0], 2);
	loop_fini(&loop);
}
END_TEST

START_TEST(a_timer_set_again_moves)
{
	struct named a = { LOOP_TIMER(on_timer, &a), 1 }, b = { LOOP_TIMER(on_timer, &b), 2 };

	begin();
	loop_timer_set(&loop, &a.timer, 5);
	loop_timer_set(&loop, &b.timer, 6);
	loop_timer_set(&loop, &a.timer, 7);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 2);
	ck_assert_int_eq(order[0], 2);
	loop_fini(&loop);
}
END_TEST

/* Else a timer that is always due would keep the descriptors waiting. */
static void on_again(void *userdata)
{
	struct named *named = userdata;

	order[n_called++] = named->name;
	loop_timer_in(&loop, &named->timer, 0);
}

START_TEST(a_timer_that_sets_itself_waits_for_the_next_turn)
{
	struct named a = { LOOP_TIMER(on_again, &a), 1 };

	begin();
	loop_timer_in(&loop, &a.timer, 0);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 1);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 2);
	loop_fini(&loop);
}
END_TEST

struct pair {
	struct loop_source source, *other;
	int fd, name;
};

static struct pair a, b;

static void on_event(void *userdata, uint32_t events)
{
	struct pair *pair = userdata;

	(void)events;
	order[n_called++] = pair->name;
	loop_unwatch(&loop, pair->other);
}

START_TEST(a_source_that_is_unwatched_is_not_called_any_more)
{
	int fds[2][2];

	begin();
	ck_assert_int_eq(pipe(fds[0]), 0);
	ck_assert_int_eq(pipe(fds[1]), 0);
	a = (struct pair){ LOOP_SOURCE(on_event, &a), &b.source, fds[0][0], 1 };
	b = (struct pair){ LOOP_SOURCE(on_event, &b), &a.source, fds[1][0], 2 };
	ck_assert_int_eq(loop_watch(&loop, &a.source, a.fd, EPOLLIN), 0);
	ck_assert_int_eq(loop_watch(&loop, &b.source, b.fd, EPOLLIN), 0);
	ck_assert_int_eq((int)write(fds[0][1], "x", 1), 1);
	ck_assert_int_eq((int)write(fds[1][1], "x", 1), 1);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 1);
	loop_fini(&loop);
}
END_TEST

/* As a connection does by itself: closed, and another opened that got the same number. */
START_TEST(a_descriptor_that_was_replaced_is_watched)
{
	int fds[2];

	begin();
	ck_assert_int_eq(pipe(fds), 0);
	a = (struct pair){ LOOP_SOURCE(on_event, &a), &b.source, fds[0], 1 };
	b = (struct pair){ LOOP_SOURCE(on_event, &b), &a.source, -1, 2 };
	ck_assert_int_eq(loop_watch(&loop, &a.source, fds[0], EPOLLIN), 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
	int old = fds[0];
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(fds[0], old);
	ck_assert_int_eq(loop_watch(&loop, &a.source, fds[0], EPOLLIN), 0);
	ck_assert_int_eq((int)write(fds[1], "x", 1), 1);
	ck_assert_int_eq(loop_turn(&loop), 0);
	ck_assert_uint_eq(n_called, 1);
	loop_fini(&loop);
}
END_TEST

START_TEST(a_hurried_loop_does_not_wait)
{
	begin();
	loop_hurry(&loop);
	ck_assert_int_eq(loop_turn(&loop), 0); /* without a timer it would wait for ever */
	loop_fini(&loop);
}
END_TEST

CHECK_MAIN("loop", timers_run_in_the_order_of_their_times, a_stopped_timer_does_not_run,
	   a_timer_set_again_moves, a_timer_that_sets_itself_waits_for_the_next_turn,
	   a_source_that_is_unwatched_is_not_called_any_more,
	   a_descriptor_that_was_replaced_is_watched, a_hurried_loop_does_not_wait)
