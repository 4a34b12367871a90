/* SPDX-License-Identifier: MIT */
/* Which jobs a command is about: ids from its words and from stdin, each with its queue. */
#pragma once

#include "command-context.h"

/*
 * The queue of a job: queue if given, else every known one is asked. 0: ret_queue is set, and
 * *ret_info too unless ret_info is NULL (yours: lq_job_info_free()). Else an exit code, after
 * saying why.
 */
int target_find(struct context *c, const char *queue, const char *id,
		char ret_queue[static LQ_NAME_MAX + 1], struct lq_job_info **ret_info);

/*
 * Calls fn for each word, which must be an id; "-" reads ids from stdin, one a line. Each
 * is tried; returns the first exit code that is not 0. Opens the client.
 */
typedef int (*target_fn)(struct context *c, const char *id);
int target_each_id(struct context *c, target_fn fn);
