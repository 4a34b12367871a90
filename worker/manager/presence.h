/* SPDX-License-Identifier: MIT */
/* Shows this worker to others, keeps its name, and warns of a server set up to lose jobs. */
#pragma once

#include "loop.h"

struct manager;

struct presence {
	struct manager *m;
	struct loop_timer heartbeat, look;
};

void presence_start(struct presence *presence, struct manager *m);
/* At once, beside the regular ones. */
void presence_show(struct presence *presence);
