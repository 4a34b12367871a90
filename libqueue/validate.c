/* SPDX-License-Identifier: MIT */
/* Names that come from the caller, and the words for wrong ones. */
#include "validate.h"

#include "client-internal.h"
#include "names.h"

#include <errno.h>
#include <string.h>

/* Of a wrong name only so much is repeated: it may be anything. */
#define SHOWN 64

static int fail_name(struct lq_client *client, const char *what, const char *name)
{
	if (!name)
		return lq__client_fail(client, -EINVAL, "%s is missing (NULL)", what);
	if (!*name)
		return lq__client_fail(client, -EINVAL, "%s is empty", what);
	return lq__client_fail(client, -EINVAL,
			       "%s '%.*s%s' is not allowed: letters, digits, '_', '.' and '-', at "
			       "most %d bytes, and no '-' in front",
			       what, SHOWN, name, strlen(name) > SHOWN ? "..." : "", LQ_NAME_MAX);
}

int lq__validate_queue(struct lq_client *client, const char *queue)
{
	if (queue && lq__is_queue_name(queue))
		return 0;
	return fail_name(client, "the queue's name", queue);
}

int lq__validate_job(struct lq_client *client, const char *queue, const char *id)
{
	int r = lq__validate_queue(client, queue);

	if (r < 0)
		return r;
	if (id && lq__is_job_id(id))
		return 0;
	return fail_name(client, "the job's id", id);
}
