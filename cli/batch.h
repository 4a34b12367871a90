/* SPDX-License-Identifier: MIT */
/* Jobs that are sent together, and repeated with the same ids if the answer is lost. */
#pragma once

#include "command-context.h"
#include "job-line.h"

#define BATCH_MAX LQ_BATCH_MAX
#define BATCH_BYTES (1024 * 1024) /* of arguments: with more it is sent */

struct batch {
	struct job_line jobs[BATCH_MAX];
	size_t n, size;
	/* For the call, one for each job that is in it. */
	struct lq_enqueue_spec specs[BATCH_MAX];
	struct job_line *sent[BATCH_MAX];
	char ids[BATCH_MAX][LQ_ID_SIZE];
	int outcomes[BATCH_MAX];
};

void batch_clear(struct batch *b);
/* Sends what has not been refused. 0: each job has its outcome. An exit code: Redis does not
 * answer, after saying so; the outcomes say what is known. */
int batch_send(struct context *c, struct batch *b);
