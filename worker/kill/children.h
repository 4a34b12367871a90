/* SPDX-License-Identifier: MIT */
/* Whose child is who, read from /proc. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pid_list {
	pid_t *pids;
	size_t n, capacity;
};

int pid_list_add(struct pid_list *list, pid_t pid); /* 0, -ENOMEM */
void pid_list_fini(struct pid_list *list);
bool pid_list_has(const struct pid_list *sorted, pid_t pid);
void pid_list_sort(struct pid_list *list);

/*
 * Calls fn for each child of the parents (sorted; dead ones not yet reaped are children too) as
 * soon as it is seen. Where the kernel has /proc/PID/task/TID/children it is asked for each parent;
 * else all of /proc is looked through once, the newest process first, since what forks to get away
 * is the newest. 0, or a negative errno: not all were seen.
 */
typedef void (*child_fn)(pid_t pid, void *userdata);
int children_each(const struct pid_list *parents, child_fn fn, void *userdata);

/* Whether the kernel lists a process's children (CONFIG_PROC_CHILDREN). */
bool children_are_listed(void);
