/* SPDX-License-Identifier: MIT */
/*
 * Keeps the lease, however much or little there is to do, and finds out when it was lost: each
 * exchange says how many jobs Redis thinks we hold; where that is not our own count, the two lists
 * are compared job by job.
 */
#pragma once

#include <stddef.h>

#include "loop.h"

struct lq_exchange_reply;
struct manager;

struct lease_keeper {
	struct manager *m;
	struct loop_timer renewal;
	size_t queue; /* that is looked at */
};

void lease_keeper_start(struct lease_keeper *keeper, struct manager *m);
void lease_keeper_compare(struct manager *m, const struct lq_exchange_reply *reply);
