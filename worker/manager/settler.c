/* SPDX-License-Identifier: MIT */
#include "settler.h"

#include <stdlib.h>

#include "backoff.h"
#include "clock.h"
#include "job.h"
#include "log.h"
#include "macro.h"
#include "manager.h"

#define WHOLE_MAX 2048          /* a record below this is written whole */
#define KEPT_LONG_MS 3600000    /* and one that is kept longer than this */
#define HISTORY_BYTES_MAX 16384 /* and one whose history should be cut */
#define UNKNOWN_DELAY_MIN_MS 1000
#define UNKNOWN_DELAY_MAX_MS 30000

static const enum lq_entry_kind entry_kinds[] = {
	[LQ_SETTLE_FINISHED] = LQ_ENTRY_FINISHED, [LQ_SETTLE_FAILED] = LQ_ENTRY_FAILED,
	[LQ_SETTLE_STOPPED] = LQ_ENTRY_STOPPED,   [LQ_SETTLE_CANCELED] = LQ_ENTRY_CANCELED,
	[LQ_SETTLE_RETRY] = LQ_ENTRY_RETRY,       [LQ_SETTLE_SNOOZE] = LQ_ENTRY_SNOOZE,
	[LQ_SETTLE_UNKNOWN] = LQ_ENTRY_UNKNOWN,   [LQ_SETTLE_RETURN] = LQ_ENTRY_RETURN,
};

static int64_t or_default(int64_t value, int64_t fallback)
{
	return value != 0 ? value : fallback;
}

/* How long an ended job is kept; LQ_AT_ONCE: not at all. */
static int64_t ttl_of(const struct job *job, enum lq_settle_kind kind)
{
	const struct lq_job_limits *limits = &job->claimed.limits;

	if (kind == LQ_SETTLE_FINISHED)
		return or_default(limits->result_ttl_ms, LQ_DEFAULT_RESULT_TTL_MS);
	if (kind == LQ_SETTLE_FAILED)
		return or_default(limits->failure_ttl_ms, LQ_DEFAULT_FAILURE_TTL_MS);
	return LQ_DEFAULT_CANCELED_TTL_MS;
}

static bool is_terminal(enum lq_settle_kind kind)
{
	return kind == LQ_SETTLE_FINISHED || kind == LQ_SETTLE_FAILED ||
	       kind == LQ_SETTLE_STOPPED || kind == LQ_SETTLE_CANCELED;
}

/* APPEND is cheaper but makes Redis allocate twice; SET sends the envelope again. */
static bool is_written_whole(const struct job *job, size_t entry_size, int64_t kept_ms)
{
	if (job->claimed.envelope_size == 0)
		return false; /* damaged: nothing of it is touched */
	if (job->n_children > 0 &&
	    job->record_size + entry_size + job_children_size(job) > LQ_BATCH_BYTES)
		return false;
	return job->record_size + entry_size < WHOLE_MAX || kept_ms == LQ_FOREVER ||
	       kept_ms > KEPT_LONG_MS ||
	       job->record_size - job->claimed.envelope_size > HISTORY_BYTES_MAX;
}

/* Decides mode, time and bytes of a settle whose entry is encoded. Takes the entry. */
static int compose(struct job *job, void *entry, size_t entry_size)
{
	struct job_settling *s = &job->settling;
	int64_t kept_ms = 0;

	s->bytes = entry;
	s->size = entry_size;
	s->mode = 'a';
	if (is_terminal(s->kind)) {
		kept_ms = ttl_of(job, s->kind);
		s->ms = kept_ms;
		if (kept_ms == LQ_AT_ONCE) {
			s->mode = 't';
			s->ms = or_default(job->claimed.limits.dedup_ms, LQ_DEFAULT_DEDUP_MS);
			return 0;
		}
	}
	if (!is_written_whole(job, entry_size, kept_ms))
		return 0;
	s->mode = 's';
	s->bytes = NULL;
	int r = lq_record_compose(job->record, job->record_size, entry, entry_size, &s->bytes,
				  &s->size);
	free(entry);
	return r;
}

/*
 * Fills what every entry has, encodes, and hands the job to the next exchange. Without memory the
 * job is dropped here: Redis still says that it is ours, and hands it out again.
 */
static void settle(struct manager *m, struct job *job, enum lq_settle_kind kind,
		   struct lq_entry *entry)
{
	void *bytes = NULL;
	size_t size = 0;

	server_clock_learn_token(&m->clock, job->key.token);
	entry->kind = entry_kinds[kind];
	entry->when_ms = server_clock_now(&m->clock, clock_monotonic_ms());
	entry->worker = m->worker;
	entry->token = job->key.token;
	entry->timeout_ms = job->timeout_ms;
	entry->max_attempts = job->max_attempts;
	job->settling.kind = kind;
	job->settling.ms = entry->delay_ms;
	if (kind != LQ_SETTLE_FINISHED)
		job_clear_children(job);
	int r = lq_entry_encode(entry, &bytes, &size);
	if (r >= 0)
		r = compose(job, bytes, size);
	if (r < 0) {
		log_error("cannot write down how a job ended; it will run again",
			  LOG_TEXT("id", job->id), LOG_TEXT("error", lq_result_text(r)));
		jobs_drop(&m->jobs, job);
		return;
	}
	jobs_end(&m->jobs, job);
}

/* Counters as they are; what changes one does so after this. */
static struct lq_entry entry_of(const struct job *job)
{
	return (struct lq_entry){
		.snoozes = job->claimed.snoozes,
		.losses = job->claimed.losses,
		.attempts = job->claimed.attempts,
		.unknown_since_ms = -1,
	};
}

static int64_t retry_delay(const struct job *job, const struct verdict *verdict)
{
	const struct lq_job_limits *limits = &job->claimed.limits;

	if (verdict->delay_ms > 0)
		return verdict->delay_ms;
	return lq_backoff_ms(or_default(limits->backoff_ms, LQ_DEFAULT_BACKOFF_MS),
			     or_default(limits->backoff_max_ms, LQ_DEFAULT_BACKOFF_MAX_MS),
			     job_attempt(job), backoff_random());
}

static struct lq_failure_report report_of(const struct verdict *v, const struct usage *u)
{
	return (struct lq_failure_report){
		.kind = v->failure_kind,
		.message = v->message,
		.signal = v->signal[0] ? v->signal : NULL,
		.stderr_tail = u->stderr_tail,
		.stderr_size = u->stderr_size,
		.error = v->error,
		.exit_status = v->exit_status,
		.user_ms = u->user_ms,
		.system_ms = u->system_ms,
		.max_rss_kb = u->max_rss_kb,
	};
}

static void log_end(const struct manager *m, const struct job *job, const struct verdict *v)
{
	int64_t duration_ms = (clock_monotonic_us() - job->started_us) / 1000;
	const char *queue = m->options->queues[job->key.queue];

	if (v->failure_kind)
		log_warning("job failed", LOG_TEXT("id", job->id), LOG_TEXT("queue", queue),
			    LOG_TEXT("handler", job->claimed.handler),
			    LOG_NUMBER("attempt", job_attempt(job)),
			    LOG_NUMBER("duration_ms", duration_ms),
			    LOG_TEXT("outcome", verdict_word(v->kind)),
			    LOG_TEXT("kind", v->failure_kind), LOG_TEXT("message", v->message));
	else
		log_info("job ended", LOG_TEXT("id", job->id), LOG_TEXT("queue", queue),
			 LOG_TEXT("handler", job->claimed.handler),
			 LOG_NUMBER("attempt", job_attempt(job)),
			 LOG_NUMBER("duration_ms", duration_ms),
			 LOG_TEXT("outcome", verdict_word(v->kind)));
}

void settler_end_attempt(struct manager *m, struct job *job, const struct verdict *verdict,
			 const struct wire_outcome *outcome, const struct usage *usage)
{
	struct lq_failure_report report = report_of(verdict, usage);
	struct lq_entry entry = entry_of(job);

	log_end(m, job, verdict);
	if (verdict->failure_kind)
		entry.failure = &report;
	if (verdict->kind == LQ_SETTLE_SNOOZE) {
		entry.snoozes++;
		entry.losses = 0;
		entry.delay_ms = verdict->delay_ms;
		entry.text = verdict->message[0] ? verdict->message : NULL;
	} else if (verdict->kind != LQ_SETTLE_RETURN) {
		entry.attempts++;
		entry.losses = 0;
	}
	if (verdict->kind == LQ_SETTLE_RETRY)
		entry.delay_ms = retry_delay(job, verdict);
	if (verdict->kind == LQ_SETTLE_FINISHED && outcome && outcome->result_size > 0) {
		entry.result = outcome->result;
		entry.result_size = outcome->result_size;
	}
	if (verdict->kind != LQ_SETTLE_RETURN)
		m->n_jobs_done++;
	settle(m, job, verdict->kind, &entry);
}

void settler_return(struct manager *m, struct job *job, const char *why)
{
	struct lq_entry entry = entry_of(job);

	log_info("job goes back", LOG_TEXT("id", job->id), LOG_TEXT("why", why));
	settle(m, job, LQ_SETTLE_RETURN, &entry);
}

/* Nothing was seen of a process. */
static struct lq_failure_report unrun_report(const char *kind, const char *message)
{
	return (struct lq_failure_report){
		.kind = kind,
		.message = message,
		.exit_status = -1,
		.user_ms = -1,
		.system_ms = -1,
		.max_rss_kb = -1,
	};
}

/* An end without an attempt: nobody has run it. */
static void fail_unrun(struct manager *m, struct job *job, const char *kind, const char *message)
{
	struct lq_failure_report report = unrun_report(kind, message);
	struct lq_entry entry = entry_of(job);

	entry.failure = &report;
	log_warning("job failed", LOG_TEXT("id", job->id),
		    LOG_TEXT("handler", job->claimed.handler ? job->claimed.handler : ""),
		    LOG_TEXT("outcome", verdict_word(LQ_SETTLE_FAILED)), LOG_TEXT("kind", kind),
		    LOG_TEXT("message", message));
	settle(m, job, LQ_SETTLE_FAILED, &entry);
}

void settler_damaged(struct manager *m, struct job *job)
{
	fail_unrun(m, job, "bad_arguments", "the record is damaged");
}

/* Waits as long again as it has gone round: 1 s, 1 s, 2 s, 4 s ... 30 s. */
void settler_unknown(struct manager *m, struct job *job)
{
	int64_t now = server_clock_now(&m->clock, clock_monotonic_ms());
	int64_t since = job->claimed.unknown_since_ms >= 0 ? job->claimed.unknown_since_ms : now;
	int64_t limit = m->options->no_handler_after_ms;
	struct lq_entry entry = entry_of(job);

	if (limit != LQ_FOREVER && now - since >= limit) {
		fail_unrun(m, job, "no_handler", "no worker has a handler of this name");
		return;
	}
	log_warning("no handler for a job; it goes round", LOG_TEXT("id", job->id),
		    LOG_TEXT("handler", job->claimed.handler ? job->claimed.handler : ""),
		    LOG_NUMBER("version", job->claimed.version));
	entry.unknown_since_ms = since;
	entry.delay_ms = MAX(UNKNOWN_DELAY_MIN_MS, MIN(now - since, UNKNOWN_DELAY_MAX_MS));
	settle(m, job, LQ_SETTLE_UNKNOWN, &entry);
}

void settler_expired(struct manager *m, struct job *job)
{
	struct lq_entry entry = entry_of(job);

	log_info("job canceled", LOG_TEXT("id", job->id), LOG_TEXT("why", "expired"));
	entry.text = "expired";
	settle(m, job, LQ_SETTLE_CANCELED, &entry);
}

void settler_stopped(struct manager *m, struct job *job)
{
	struct lq_failure_report report =
		unrun_report("stopped", "stopped on request before it started");
	struct lq_entry entry = entry_of(job);

	log_info("job stopped", LOG_TEXT("id", job->id));
	entry.attempts++;
	entry.losses = 0;
	entry.failure = &report;
	settle(m, job, LQ_SETTLE_STOPPED, &entry);
}

/* With what failed it left out: a follow-up job for a queue whose keys are broken, most likely. */
void settler_refused(struct manager *m, struct job *job)
{
	struct lq_failure_report report =
		unrun_report("error", "Redis refused its outcome; see that the "
				      "queues of its follow-up jobs are sound");
	struct lq_entry entry = entry_of(job);

	if (job->settling.kind == LQ_SETTLE_FAILED) {
		jobs_drop(&m->jobs, job); /* Nothing is left to leave out. */
		return;
	}
	jobs_end(&m->jobs, job);
	free(job->settling.bytes);
	job->settling = (struct job_settling){ 0 };
	entry.attempts++;
	entry.losses = 0;
	entry.failure = &report;
	settle(m, job, LQ_SETTLE_FAILED, &entry);
}
