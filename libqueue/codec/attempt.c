/* SPDX-License-Identifier: MIT */
/* The history of a job: one attempt for each entry that ended one. */
#include "attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "failure.h"
#include "macro.h"
#include "utf8.h"

/* NULL: no attempt ended with it. */
static const char *const outcomes[] = {
	[LQ_ENTRY_RETRY] = "retry",     [LQ_ENTRY_SNOOZE] = "snooze",
	[LQ_ENTRY_RETURN] = "returned", [LQ_ENTRY_LOST] = "lost",
	[LQ_ENTRY_UNKNOWN] = "unknown", [LQ_ENTRY_FINISHED] = "ok",
	[LQ_ENTRY_FAILED] = "failed",   [LQ_ENTRY_STOPPED] = "stopped",
};

void lq__attempt_fini(struct lq_attempt *attempt)
{
	free(attempt->worker);
	free(attempt->outcome);
	lq__failure_free(attempt->failure);
	*attempt = (struct lq_attempt){ .worker = NULL };
}

char *lq__worker_name(const struct lq_text *worker)
{
	const char *dot = memrchr(worker->text, '.', worker->size);

	return lq__utf8_dup_clean(worker->text, dot ? (size_t)(dot - worker->text) : worker->size);
}

/* Whether the counter of attempts went up with the entry, so that it is this attempt's number. */
static bool is_counted(const struct lq_entry_view *entry, const struct lq_details *details,
		       const struct lq_failure *failure)
{
	switch (entry->tail.kind) {
	case LQ_ENTRY_RETRY:
	case LQ_ENTRY_FINISHED:
		return true;
	case LQ_ENTRY_FAILED:
		return !details->is_lost_worker && !(failure && failure->kind &&
						     (strcmp(failure->kind, "no_handler") == 0 ||
						      strcmp(failure->kind, "bad_arguments") == 0));
	case LQ_ENTRY_STOPPED:
		return !details->is_lost_worker && !details->is_after_settle;
	default:
		return false;
	}
}

/* An empty one behind the others; the oldest goes when there is none. */
static struct lq_attempt *history_push(struct lq_job_info *info)
{
	if (!info->attempts) {
		info->attempts = calloc(LQ_HISTORY_MAX, sizeof(*info->attempts));
		if (!info->attempts)
			return NULL;
	}
	if (info->n_attempts == LQ_HISTORY_MAX) {
		lq__attempt_fini(&info->attempts[0]);
		info->n_attempts--;
		memmove(&info->attempts[0], &info->attempts[1],
			info->n_attempts * sizeof(*info->attempts));
	}
	struct lq_attempt *attempt = &info->attempts[info->n_attempts];
	*attempt = (struct lq_attempt){ .worker = NULL };
	return attempt;
}

/* A stop that took effect when the attempt was settled stands in an entry of its own. */
static int mark_stopped(struct lq_attempt *attempt)
{
	char *outcome = strdup(outcomes[LQ_ENTRY_STOPPED]);

	if (!outcome)
		return -ENOMEM;
	free(attempt->outcome);
	attempt->outcome = outcome;
	return 0;
}

static int attempt_fill(struct lq_attempt *a, const struct lq_entry_view *entry,
			const struct lq_details *details)
{
	int r = lq__details_failure(entry, details, &a->failure);

	if (r < 0)
		return r;
	a->claim = entry->tail.kind == LQ_ENTRY_LOST ? details->lost_token : entry->tail.token;
	a->attempt = entry->tail.attempts + !is_counted(entry, details, a->failure);
	a->started_at_ms = a->claim ? (int64_t)(a->claim / LQ_TOKEN_PER_MS) : -1;
	a->ended_at_ms = entry->when_ms;
	a->outcome = strdup(outcomes[entry->tail.kind]);
	a->worker = entry->worker.text ? lq__worker_name(&entry->worker) : NULL;
	if (!a->outcome || (entry->worker.text && !a->worker))
		return -ENOMEM;
	return 0;
}

int lq__attempt_add(struct lq_job_info *info, const struct lq_entry_view *entry,
		    const struct lq_details *details, int64_t *ret_started_at_ms)
{
	uint8_t kind = entry->tail.kind;
	struct lq_attempt *last = info->n_attempts ? &info->attempts[info->n_attempts - 1] : NULL;

	if (kind >= ARRAY_SIZE(outcomes) || !outcomes[kind])
		return 0;
	if (details->is_after_settle && last && last->claim == entry->tail.token)
		return mark_stopped(last);
	struct lq_attempt *attempt = history_push(info);
	if (!attempt)
		return -ENOMEM;
	int r = attempt_fill(attempt, entry, details);
	if (r < 0) {
		lq__attempt_fini(attempt);
		return r;
	}
	info->n_attempts++;
	*ret_started_at_ms = attempt->started_at_ms;
	return 0;
}
