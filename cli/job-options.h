/* SPDX-License-Identifier: MIT */
/* How a job is to be enqueued, as people write it: the long options of `lq enqueue`, which are
 * also the members of `lq enqueue -`'s lines. */
#pragma once

#include <libqueue/enqueue.h>

#define JOB_OPTIONS_ERROR_SIZE 320

struct job_options {
	struct lq_enqueue_options lq;
	char unique_key[LQ_UNIQUE_KEY_MAX +
			1]; /* "" : none; lq.unique_key points here at the end */
};

#define JOB_OPTIONS_INIT ((struct job_options){ .lq = LQ_ENQUEUE_OPTIONS_INIT })

/*
 * Sets one, by the option's name ('-' and '_' are the same). value is borrowed as long as the
 * options live ("" for a flag). 0; -ENOENT: no such option; -EINVAL: error has the words.
 */
int job_options_set(struct job_options *o, const char *name, const char *value,
		    char error[static JOB_OPTIONS_ERROR_SIZE]);
/* What they are together; no copying after it. 0, or -EINVAL: error has the words. */
int job_options_finish(struct job_options *o, char error[static JOB_OPTIONS_ERROR_SIZE]);
