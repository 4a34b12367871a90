/* SPDX-License-Identifier: MIT */
/*
 * Brings back the jobs of workers whose lease has run out: at the start, and whenever an exchange
 * has said that a lease ends now. One call in flight, queue after queue, again while there is more.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"

struct manager;

struct reaper {
	struct manager *m;
	struct loop_timer timer;
	size_t queue;
	bool is_running;
	int64_t last_ms;
};

void reaper_init(struct reaper *reaper, struct manager *m);
void reaper_start(struct reaper *reaper);
