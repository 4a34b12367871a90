/* SPDX-License-Identifier: MIT */
/* The hash of a worker as struct lq_worker_info. (It is written by worker-api/presence.c.) */
#pragma once

#include "args.h"

#include <libqueue/inspect.h>

/* The fields to ask for with HMGET. */
void lq__worker_info_fields(struct lq__args *args);

/* Reads the answer. 0; LQ_NOT_FOUND: there is no hash; -EPROTO: not a worker's; -ENOMEM. ret is
 * freed with lq__worker_info_fini() in any case. */
int lq__worker_info_read(const struct reply *message, struct lq_worker_info *ret);
void lq__worker_info_fini(struct lq_worker_info *info);
