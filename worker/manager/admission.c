/* SPDX-License-Identifier: MIT */
#include "admission.h"

#include "clock.h"
#include "job.h"
#include "log.h"
#include "manager.h"
#include "settler.h"

#define VERSION_KNOWN 1

static int64_t first_set(int64_t a, int64_t b, int64_t fallback)
{
	return a != 0 ? a : b != 0 ? b : fallback;
}

/* In force is the job's value, else the handler table's, else the default. */
static void set_limits(struct job *job, const struct wire_handler *handler)
{
	job->timeout_ms = first_set(job->claimed.limits.timeout_ms, handler->timeout_ms,
				    LQ_DEFAULT_TIMEOUT_MS);
	job->max_attempts = (int)first_set(job->claimed.limits.max_attempts, handler->max_attempts,
					   LQ_DEFAULT_MAX_ATTEMPTS);
}

/* The last byte of a record is the kind of its last entry. */
static enum lq_entry_kind last_kind(const struct job *job)
{
	const unsigned char *record = job->record;

	return (enum lq_entry_kind)record[job->record_size - 1];
}

/* Its ttl limits the wait before the first start; a job that was requeued has been started. */
static bool has_expired(struct manager *m, const struct job *job)
{
	const struct lq_claimed_record *c = &job->claimed;
	int64_t ttl_ms = c->limits.ttl_ms;

	if (ttl_ms <= 0 || c->attempts > 0 || c->losses > 0 || c->snoozes > 0 ||
	    last_kind(job) == LQ_ENTRY_REQUEUED)
		return false;
	return server_clock_now(&m->clock, clock_monotonic_ms()) - c->created_at_ms > ttl_ms;
}

void admission_take(struct manager *m, const struct lq_handed_out *given)
{
	static const struct wire_handler no_handler;
	const struct wire_handler *handler = NULL;
	struct job *job = jobs_add(&m->jobs, given, clock_monotonic_ms());

	if (!job) {
		log_error("no memory for a job; Redis hands it out again",
			  LOG_TEXT("id", given->id));
		return;
	}
	int r = lq_claimed_record_decode(job->record, job->record_size, &job->claimed);
	if (r >= 0 && job->claimed.version <= VERSION_KNOWN)
		handler = handlers_find(&m->handlers, job->claimed.handler);
	set_limits(job, handler ? handler : &no_handler);
	if (r < 0)
		settler_damaged(m, job);
	else if (has_expired(m, job))
		settler_expired(m, job);
	else if (!handler)
		settler_unknown(m, job);
	else
		jobs_wait(&m->jobs, job);
}
