/* SPDX-License-Identifier: MIT */
/* Shows this worker to others, keeps its name, and warns of a server set up to lose jobs. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

struct manager;

struct presence {
	struct manager *m;
	struct loop_timer heartbeat, look;
	/* As others see it; news are shown within a second. */
	const char *shown_state;
	int64_t shown_jobs_done;
	int shown_busy;
	bool has_news;
};

void presence_start(struct presence *presence, struct manager *m);
/* At once, beside the regular ones. */
void presence_show(struct presence *presence);
/* At the end of a turn. */
void presence_run(struct presence *presence);
