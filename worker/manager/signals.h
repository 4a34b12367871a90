/* SPDX-License-Identifier: MIT */
/* Signals as events of the loop. */
#pragma once

#include "loop.h"

typedef void (*signals_fn)(void *userdata, int signo);

struct signals {
	struct loop *loop;
	struct loop_source source;
	int fd;
	signals_fn fn;
	void *userdata;
};

/* Blocks all that are handled here, SIGCHLD too, and ignores SIGPIPE. */
int signals_init(struct signals *signals, struct loop *loop, signals_fn fn, void *userdata);
void signals_fini(struct signals *signals);
