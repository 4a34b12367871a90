/* SPDX-License-Identifier: MIT */
/*
 * The blocking connection. An idle worker waits there for work and messages, a busy one for
 * messages only: it would take a wake token from those who could do something with it. To change
 * over while the call blocks, a message to ourselves ends it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

struct manager;

struct wake_watch {
	struct manager *m;
	struct loop_timer pause;
	bool is_blocked;  /* a call is under way */
	bool with_work;   /* that call waits for work too */
	bool is_nudged;   /* and has been sent a message */
	bool was_pausing; /* busy for a moment: now wait for messages alone */
	int64_t retry_ms;
};

void wake_watch_init(struct wake_watch *watch, struct manager *m);
/* Blocks as is right at the moment. Called at the end of each turn of the loop. */
void wake_watch_run(struct wake_watch *watch);
