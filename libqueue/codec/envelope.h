/* SPDX-License-Identifier: MIT */
/*
 * The envelope: the immutable first array of a record, from a caller's arguments and
 * options (docs/protocol.md, "The record"). Used by the client and, for
 * follow-up jobs, by the runner.
 */
#pragma once

#include <libqueue/enqueue.h>
#include <stddef.h>
#include <stdint.h>

/* What an envelope was made of, decided once: defaults filled in where the queue and id are
 * concerned. */
struct lq_made_job {
	char id[LQ_ID_SIZE];
	char queue[LQ_NAME_MAX + 1];
	void *envelope; /* owned, free() */
	size_t envelope_size;
};

/*
 * Checks everything, makes the id, packs. args is consumed. default_queue is used where options
 * name none. 0, -EINVAL, -EMSGSIZE, -ENOMEM; error_text (size bytes) then says what, and ret->id is
 * "" if the arguments or names were refused. ret->envelope is NULL on failure.
 */
int lq__job_make(const char *handler, struct lq_value *args,
		 const struct lq_enqueue_options *options, const char *default_queue,
		 int64_t now_ms, struct lq_made_job *ret, char *error_text, size_t size);
