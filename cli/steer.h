/* SPDX-License-Identifier: MIT */
/* Steering single jobs: one verb of the library, the same words for all. */
#pragma once

#include "command-context.h"

struct steering {
	int (*verb)(struct lq_client *client, const char *queue, const char *id);
	const char *hint_started; /* why not, for a started job */
	const char *hint_ended, *hint_waiting;
};

/* queue NULL: searched. Returns an exit code. */
int steer_job(struct context *c, const struct steering *s, const char *queue, const char *id);
