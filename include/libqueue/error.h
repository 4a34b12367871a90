/* SPDX-License-Identifier: MIT */
/*
 * What a call returns: a negative errno is a failure to forward, 0 is done, a
 * positive value is an outcome of that one call, listed in its comment.
 *
 * The errnos are a closed list: ENOMEM, EINVAL (arguments), ECONNREFUSED,
 * ECONNRESET, ETIMEDOUT, EPROTO (the server's reply makes no sense), EMSGSIZE
 * (over a limit of limits.h), ENOTSUP, ENOSPC (Redis is at its maxmemory),
 * EACCES (login or ACL), EBUSY (loading, read-only, busy: later), ECHILD (used
 * after fork). The words are on the handle: lq_client_error(), lq_job_error().
 */
#ifndef LIBQUEUE_ERROR_H
#define LIBQUEUE_ERROR_H

#include <libqueue/export.h>

LQ_BEGIN_DECLS

enum lq_outcome {
	LQ_DUPLICATE = 1, /* a job with this id is there already, and stays as it is */
	LQ_LOCKED = 2,    /* another living job holds the uniqueness key */
	LQ_PARTIAL = 3,   /* not all: see the outcomes of the single jobs */
	LQ_TIMEOUT = 4,   /* not yet: the wait ran out, the job goes on */
	LQ_NOT_FOUND = 5, /* no such job (or it has expired) */
	LQ_WRONG_STATE =
		6, /* the job is in a state that does not allow it; lq_client_error() says which */
};

/*
 * The name ("LQ_DUPLICATE", "ETIMEDOUT") and a sentence for what a call returned.
 * Never NULL; static text. Any thread. Since: 0.1
 */
LQ_API const char *lq_result_name(int result);
LQ_API const char *lq_result_text(int result);

LQ_END_DECLS

#endif
