/* SPDX-License-Identifier: MIT */
/* A file that is touched each second while the loop turns, for a liveness probe. */
#pragma once

#include "loop.h"

struct alive {
	struct loop *loop;
	struct loop_timer timer;
	const char *path; /* NULL: none */
};

/* 0, or a negative errno: it cannot be written. */
int alive_start(struct alive *alive, struct loop *loop, const char *path);
void alive_stop(struct alive *alive);
