/* SPDX-License-Identifier: MIT */
/*
 * The sweep: kills the children of this process that it does not know. For a
 * subreaper whose every child is on record an unknown one is an orphan of somebody
 * who is dead, and may be killed at sight.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SWEEP_LIMIT_MS 1000

typedef bool (*is_known_fn)(pid_t pid, void *userdata);

/*
 * Goes on until two readings found nothing, or there is no child at all, at most SWEEP_LIMIT_MS.
 * Unknown children that are dead are reaped, known ones never. Returns how many it killed.
 * *ret_left (or NULL) is whether some are left, as happens with those that hang in the kernel.
 * Faster if SIGCHLD is blocked in the calling thread.
 */
uint32_t sweep(is_known_fn is_known, void *userdata, bool *ret_left);

/* Whether this process has no children at all, dead ones included: one system call. */
bool sweep_has_nothing(void);
