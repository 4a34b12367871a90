/* SPDX-License-Identifier: MIT */
/* Most verbs are one script on one queue: its call, and the words for what may come of it. */
#pragma once

#include "client-internal.h"

/*
 * Calls a script with the base of a queue, after lq__client_begin(). format has a letter
 * for each argument: s const char *, i int64_t. *ret is owned by the caller. 0, or a negative errno
 * with the words.
 */
int lq__script_call(struct lq_client *client, enum lq_script_id script, const char *queue,
		    struct reply **ret, const char *format, ...);

int lq__fail_reply(struct lq_client *client, const char *script); /* -EPROTO */
int lq__fail_not_found(struct lq_client *client, const char *queue,
		       const char *id); /* LQ_NOT_FOUND */

static inline void lq__cleanup_reply(struct reply **reply)
{
	lq__reply_free(*reply);
}
