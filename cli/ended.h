/* SPDX-License-Identifier: MIT */
/* How a job that was waited for has ended. */
#pragma once

#include "command-context.h"

/* The result on stdout, or on stderr why there is none (with --json: the whole job on stdout).
 * Returns an exit code. */
int ended_print(const struct context *c, const struct lq_job_info *info);
