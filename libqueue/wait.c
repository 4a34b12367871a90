/* SPDX-License-Identifier: MIT */
/* lq_job_wait(). */
#include "cleanup.h"
#include "info.h"
#include "validate.h"
#include "waiting.h"

#include <errno.h>
#include <inttypes.h>

int lq_job_wait(struct lq_client *client, const char *queue, const char *id, int64_t timeout_ms,
		struct lq_job_info **ret_info)
{
	_cleanup_(lq__cleanup_info) struct lq_job_info *info = NULL;
	struct lq__waiting waiting;
	int r = lq__client_check(client);

	if (r >= 0)
		r = lq__validate_job(client, queue, id);
	if (r < 0)
		return r;
	if (timeout_ms < LQ_FOREVER)
		return lq__client_fail(
			client, -EINVAL,
			"cannot wait for %" PRId64 " ms: 0 looks once, -1 is no limit", timeout_ms);
	lq__waiting_init(&waiting, client, queue, id, timeout_ms);
	r = lq__waiting_run(&waiting, &info);
	if (r == 0 && ret_info)
		*ret_info = TAKE(info);
	return r;
}
