/* SPDX-License-Identifier: MIT */
/*
 * The manager's loop: epoll for descriptors, a sorted list for timers. Nothing is
 * allocated per source or timer, so adding one fails only if the kernel says so.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/queue.h>

typedef void (*loop_source_fn)(void *userdata, uint32_t events);
typedef void (*loop_timer_fn)(void *userdata);

struct loop_source {
	loop_source_fn fn;
	void *userdata;
	int fd;          /* as watched; meaningless while events is 0 */
	uint32_t events; /* 0: not watched */
};

struct loop_timer {
	loop_timer_fn fn;
	void *userdata;
	int64_t due_ms;
	bool is_set;
	TAILQ_ENTRY(loop_timer) entry;
};

#define LOOP_BATCH 64

struct loop {
	int epoll_fd;
	TAILQ_HEAD(loop_timers, loop_timer) timers; /* the earliest first */
	struct epoll_event batch[LOOP_BATCH];
	int n_batch;
	bool is_hurried;
};

#define LOOP_SOURCE(fn_, userdata_) ((struct loop_source){ .fn = (fn_), .userdata = (userdata_) })
#define LOOP_TIMER(fn_, userdata_) ((struct loop_timer){ .fn = (fn_), .userdata = (userdata_) })

int loop_init(struct loop *loop);
void loop_fini(struct loop *loop);

/* Watches fd, or changes what is waited for. The descriptor may have been replaced since. */
int loop_watch(struct loop *loop, struct loop_source *source, int fd, uint32_t events);
/*
 * To be called before the descriptor is closed: somebody else may hold a copy of it
 * (the spawner, just after sendmsg), and the registration would outlive ours. Events of it in the
 * batch being handled are dropped.
 */
void loop_unwatch(struct loop *loop, struct loop_source *source);
/* For a descriptor that is closed already. */
void loop_forget(struct loop *loop, struct loop_source *source);

void loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t due_ms);
void loop_timer_in(struct loop *loop, struct loop_timer *timer, int64_t delay_ms);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* The next turn does not wait: something happened outside of the loop's own calls. */
void loop_hurry(struct loop *loop);

/* Waits, then calls whoever is due. 0, or a negative errno. */
int loop_turn(struct loop *loop);
