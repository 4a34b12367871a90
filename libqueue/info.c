/* SPDX-License-Identifier: MIT */
/* A job's record as struct lq_job_info. */
#include "info.h"

#include "cleanup.h"
#include "client-internal.h"
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct lq_job_info *info_new(const char *queue, const char *id)
{
	_cleanup_(lq__cleanup_info) struct lq_job_info *info = lq__job_info_new();

	if (!info)
		return NULL;
	info->queue = strdup(queue);
	info->id = strdup(id);
	return info->queue && info->id ? TAKE(info) : NULL;
}

int lq__record_info(const char *queue, const char *id, const void *record, size_t size,
		    struct lq_job_info **ret)
{
	_cleanup_(lq__cleanup_info) struct lq_job_info *info = info_new(queue, id);
	int r = info ? lq__record_read(record, size, info) : -ENOMEM;

	if (r >= 0)
		*ret = TAKE(info);
	return r;
}

int lq__info_read(struct lq_client *client, const char *queue, const char *id, const void *record,
		  size_t size, struct lq_job_info **ret)
{
	int r = lq__record_info(queue, id, record, size, ret);

	if (r == -ENOMEM)
		return lq__client_fail(client, r, "no memory for job '%s'", id);
	if (r < 0)
		return lq__client_fail(
			client, -EPROTO,
			"the record of job '%s' in queue '%s' is damaged, or was not "
			"written by libqueue: delete the job",
			id, queue);
	return 0;
}

char *lq__worker_display_name(const char *worker)
{
	return strndup(worker, strcspn(worker, "."));
}
