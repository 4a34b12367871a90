/* SPDX-License-Identifier: MIT */
/* The runners that live, or are dead and not yet reaped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

struct runner {
	LIST_ENTRY(runner) link;
	uint64_t generation;
	pid_t pid;
	bool is_announced; /* the manager has been told of it */
};

LIST_HEAD(runner_list, runner);

#define RUNNERS_BUCKETS 256u

struct runners {
	struct runner_list buckets[RUNNERS_BUCKETS]; /* by pid */
	size_t n;
};

/* The new one, or NULL: no memory. */
struct runner *runners_add(struct runners *runners, pid_t pid, uint64_t generation);
struct runner *runners_find_pid(const struct runners *runners, pid_t pid);
struct runner *runners_find_generation(const struct runners *runners, uint64_t generation);
void runners_remove(struct runners *runners, struct runner *runner);
void runners_each(const struct runners *runners, void (*fn)(const struct runner *runner));
void runners_fini(struct runners *runners);
