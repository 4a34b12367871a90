/* SPDX-License-Identifier: MIT */
/* A record as it is shown: what the envelope says, and then what each entry changes. */
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "cleanup.h"
#include "failure.h"
#include "macro.h"

struct reading {
	struct lq_job_info *info;
	const struct lq_envelope_view *envelope;
	int64_t started_at_ms; /* of the last attempt since the job was enqueued; -1: none */
};

static int text_set(char **target, const struct lq_text *text)
{
	if (!text->text)
		return 0;
	char *copy = strndup(text->text, text->size);
	if (!copy)
		return -ENOMEM;
	free(*target);
	*target = copy;
	return 0;
}

static int value_set(struct lq_value **target, const void *data, size_t size)
{
	if (!data)
		return 0;
	struct lq_value *value = lq_value_from_msgpack(data, size);
	int r = lq_value_error(value, NULL);

	if (r < 0) {
		lq_value_free(value);
		return r == -ENOMEM ? r : -EPROTO;
	}
	lq_value_free(*target);
	*target = value;
	return 0;
}

static void limits_reset(struct lq_job_info *info, const struct lq_envelope_view *v)
{
	info->timeout_ms = v->limits.timeout_ms ? v->limits.timeout_ms : LQ_DEFAULT_TIMEOUT_MS;
	info->max_attempts =
		v->limits.max_attempts ? v->limits.max_attempts : LQ_DEFAULT_MAX_ATTEMPTS;
}

static int envelope_apply(struct lq_job_info *info, const struct lq_envelope_view *v)
{
	limits_reset(info, v);
	info->sensitive = v->is_sensitive;
	info->created_at_ms = info->enqueued_at_ms = v->created_at_ms;
	int r = text_set(&info->handler, &v->handler);
	if (r == 0)
		r = text_set(&info->description, &v->description);
	if (r == 0)
		r = value_set(&info->args, v->args, v->args_size);
	return r;
}

static void failure_set(struct lq_job_info *info, struct lq_failure *failure)
{
	lq__failure_free(info->failure);
	info->failure = failure;
}

/* The failure that is shown of the job: the last one, as long as it has not ended otherwise. */
static int failure_apply(struct lq_job_info *info, const struct lq_entry_view *entry,
			 const struct lq_details *details)
{
	uint8_t kind = entry->tail.kind;
	struct lq_failure *failure;

	if (kind == LQ_ENTRY_FINISHED || kind == LQ_ENTRY_CANCELED || kind == LQ_ENTRY_REQUEUED) {
		failure_set(info, NULL);
		return 0;
	}
	int r = lq__details_failure(entry, details, &failure);
	if (r == 0 && failure)
		failure_set(info, failure);
	return r;
}

/* A job that was requeued begins anew; its earlier attempts stay in the history. */
static void requeued_apply(struct reading *r, const struct lq_entry_view *entry)
{
	r->info->enqueued_at_ms = entry->when_ms;
	limits_reset(r->info, r->envelope);
	lq_value_free(TAKE(r->info->result));
	r->started_at_ms = -1;
}

static int entry_apply(struct reading *reading, const struct lq_entry_view *entry)
{
	struct lq_job_info *info = reading->info;
	struct lq_details details;

	if (lq__details_scan(entry, &details) < 0)
		return -EPROTO;
	if (entry->tail.kind == LQ_ENTRY_REQUEUED)
		requeued_apply(reading, entry);
	if (details.has_limits) {
		info->timeout_ms = details.timeout_ms;
		info->max_attempts = details.max_attempts;
	}
	info->canceled_expired = details.is_expired;
	info->claim = MAX(info->claim, MAX(entry->tail.token, details.lost_token));
	int r = failure_apply(info, entry, &details);
	if (r == 0)
		r = lq__attempt_add(info, entry, &details, &reading->started_at_ms);
	if (r == 0)
		r = value_set(&info->result, details.result, details.result_size);
	return r;
}

static enum lq_job_state ended_state(uint8_t kind)
{
	switch (kind) {
	case LQ_ENTRY_FINISHED:
		return LQ_JOB_FINISHED;
	case LQ_ENTRY_FAILED:
		return LQ_JOB_FAILED;
	case LQ_ENTRY_CANCELED:
		return LQ_JOB_CANCELED;
	default:
		return LQ_JOB_STOPPED;
	}
}

static void tail_apply(struct lq_job_info *info, const struct lq_record_tail *tail)
{
	bool is_ended = lq__kind_is_end(tail->kind);

	info->losses = tail->losses;
	info->snoozes = tail->snoozes;
	info->attempt = tail->attempts + !is_ended;
	if (is_ended)
		info->state = ended_state(tail->kind);
}

/* What the structures know of a live job the last entry knows of an ended one. */
static int end_apply(const struct reading *reading, const struct lq_entry_view *last)
{
	struct lq_job_info *info = reading->info;

	if (!lq__kind_is_end(last->tail.kind))
		return 0;
	info->ended_at_ms = last->when_ms;
	info->started_at_ms = reading->started_at_ms;
	if (!last->worker.text)
		return 0;
	char *name = lq__worker_name(&last->worker);
	if (!name)
		return -ENOMEM;
	free(info->worker);
	info->worker = name;
	return 0;
}

static int history_apply(struct reading *reading, struct lq_scan s)
{
	struct lq_entry_view entry;
	int r;

	if (s.at == s.end) {
		reading->info->attempt = 1;
		return 0;
	}
	do {
		r = lq__entry_scan(&s, &entry);
		if (r == 0)
			r = entry_apply(reading, &entry);
	} while (s.at < s.end && r == 0);
	return r < 0 ? r : end_apply(reading, &entry);
}

int lq__record_read(const void *record, size_t size, struct lq_job_info *info)
{
	struct lq_scan s = { record, (const uint8_t *)record + size };
	struct lq_envelope_view envelope;
	struct reading reading = { info, &envelope, -1 };
	struct lq_record_tail tail;

	/* The end first: it may be whole where the rest is damaged. */
	int r = lq__record_tail(record, size, &tail);
	if (r == 0)
		tail_apply(info, &tail);
	if (lq__record_is_tombstone(record, size))
		return r;
	if (lq__envelope_scan(&s, &envelope) < 0 || envelope.version > LQ_ENVELOPE_VERSION)
		return -EPROTO;
	r = envelope_apply(info, &envelope);
	return r < 0 ? r : history_apply(&reading, s);
}
