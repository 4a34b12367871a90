/* SPDX-License-Identifier: MIT */
/* A job's record as struct lq_job_info. */
#pragma once

#include <libqueue/job.h>
#include <stddef.h>

struct lq_client;

/*
 * Reads a record. *ret is owned by the caller; what only the structures know is not set
 * (-1, 0, NULL). 0, -ENOMEM, or -EPROTO: it is damaged.
 */
int lq__record_info(const char *queue, const char *id, const void *record, size_t size,
		    struct lq_job_info **ret);

/* The same, with the words on the handle. */
int lq__info_read(struct lq_client *client, const char *queue, const char *id, const void *record,
		  size_t size, struct lq_job_info **ret);

/* "<name>.<uuid>" as people see it: the name. Owned; NULL: no memory. */
char *lq__worker_display_name(const char *worker);

static inline void lq__cleanup_info(struct lq_job_info **info)
{
	lq_job_info_free(*info);
}
