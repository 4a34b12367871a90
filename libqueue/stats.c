/* SPDX-License-Identifier: MIT */
/* lq_queue_stats(): the counts of a queue, and how long its next job has been ready. */
#include "cleanup.h"
#include "macro.h"
#include "record-ready.h"
#include "script-call.h"
#include "validate.h"

#include <errno.h>
#include <libqueue/inspect.h>

/* The reply's parts, as docs/protocol.md has them. */
enum {
	PAUSED,
	QUEUED,
	SCHEDULED,
	DEFERRED,
	STARTED,
	FINISHED,
	FAILED,
	CANCELED,
	STOPPED,
	ENQUEUED_TOTAL,
	FINISHED_TOTAL,
	FAILED_TOTAL,
	HEAD,
	NOW,
	N_PARTS
};

static int read_numbers(const struct reply *message, int64_t numbers[N_PARTS])
{
	if (lq__reply_want_array(message, N_PARTS, N_PARTS) < 0)
		return -EPROTO;
	for (size_t i = 0; i < N_PARTS; i++) {
		if (i == HEAD)
			continue;
		if (lq__reply_want_int(message->elements[i], &numbers[i]) < 0)
			return -EPROTO;
		if (numbers[i] < (i == PAUSED ? -1 : 0))
			return -EPROTO;
	}
	return 0;
}

/* An estimate: what cannot be read from the head's record is 0, it has just become ready. */
static int read_oldest(const struct reply *message, int64_t now_ms, int64_t *ret)
{
	const char *record;
	size_t size;
	int64_t ready_ms;

	if (lq__reply_want_str(message, &record, &size) < 0)
		return -EPROTO;
	*ret = -1;
	if (size == 0)
		return 0;
	if (lq__record_ready(record, size, &ready_ms) < 0)
		ready_ms = now_ms;
	*ret = MAX(now_ms - ready_ms, 0);
	return 0;
}

static int read_counts(const struct reply *message, struct lq_queue_counts *ret)
{
	int64_t n[N_PARTS] = { 0 };
	int64_t oldest_ms;

	if (read_numbers(message, n) < 0 ||
	    read_oldest(message->elements[HEAD], n[NOW], &oldest_ms) < 0)
		return -EPROTO;
	*ret = (struct lq_queue_counts){
		.paused = n[PAUSED] == 0 || n[PAUSED] > n[NOW],
		.paused_until_ms = n[PAUSED] > n[NOW] ? n[PAUSED] : -1,
		.queued = n[QUEUED],
		.scheduled = n[SCHEDULED],
		.deferred = n[DEFERRED],
		.started = n[STARTED],
		.finished = n[FINISHED],
		.failed = n[FAILED],
		.canceled = n[CANCELED],
		.stopped = n[STOPPED],
		.oldest_queued_ms = oldest_ms,
		.enqueued_total = n[ENQUEUED_TOTAL],
		.finished_total = n[FINISHED_TOTAL],
		.failed_total = n[FAILED_TOTAL],
	};
	return 0;
}

int lq_queue_stats(struct lq_client *client, const char *queue, struct lq_queue_counts *ret_stats)
{
	_cleanup_(lq__cleanup_reply) struct reply *message = NULL;
	int r = lq__client_check(client);

	if (r >= 0)
		r = lq__validate_queue(client, queue);
	if (r < 0)
		return r;
	if (!ret_stats)
		return lq__client_fail(client, -EINVAL, "ret_stats is missing (NULL)");
	r = lq__client_begin(client, 0);
	if (r >= 0)
		r = lq__script_call(client, LQ_SCRIPT_STATS, queue, &message, "");
	if (r < 0)
		return r;
	return read_counts(message, ret_stats) < 0 ? lq__fail_reply(client, "stats") : 0;
}
