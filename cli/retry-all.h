/* SPDX-License-Identifier: MIT */
/* Trying again all failed jobs of a queue, or those of a handler or kind. */
#pragma once

#include "command-context.h"

struct retry_choice {
	const char *queue;
	const char *handler, *kind; /* NULL: any */
	bool only_count;
};

/* Prints the number; returns an exit code. */
int retry_all(struct context *c, const struct retry_choice *choice);
