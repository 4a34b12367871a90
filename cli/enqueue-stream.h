/* SPDX-License-Identifier: MIT */
/* `lq enqueue -`: jobs as JSON lines from stdin, in constant memory. */
#pragma once

#include "command-context.h"
#include "job-options.h"

/* options hold where a line does not say otherwise. Returns an exit code. */
int enqueue_stream(struct context *c, const struct job_options *options, bool exist_ok);
