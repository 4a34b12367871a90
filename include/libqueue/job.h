/* SPDX-License-Identifier: MIT */
/* One job, from outside: look at it, wait for it, steer it. (From inside, in a handler: handler.h.)
 */
#ifndef LIBQUEUE_JOB_H
#define LIBQUEUE_JOB_H

#include <libqueue/client.h>
#include <libqueue/error.h>
#include <libqueue/export.h>
#include <libqueue/limits.h>
#include <libqueue/value.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LQ_BEGIN_DECLS

enum lq_job_state {
	LQ_JOB_DEFERRED,
	LQ_JOB_SCHEDULED,
	LQ_JOB_QUEUED,
	LQ_JOB_STARTED,
	LQ_JOB_FINISHED,
	LQ_JOB_FAILED,
	LQ_JOB_CANCELED,
	LQ_JOB_STOPPED,
	LQ_N_JOB_STATES,
};

/* "queued" and so on, static text; "unknown" outside the range. Any thread. Since: 0.1 */
LQ_API const char *lq_job_state_name(enum lq_job_state state);
/* The other way round. 0, or -EINVAL (NULL included). Any thread. Since: 0.1 */
LQ_API int lq_job_state_parse(const char *name, enum lq_job_state *ret_state);

/* Why an attempt failed. What does not apply is NULL, or -1 in a number. */
struct lq_failure {
	char *kind; /* error exit signal timeout memory lost rejected no_handler bad_arguments
		       stopped */
	char *message;
	int error;        /* errno, positive; 0: none */
	int exit_status;  /* -1: it did not exit */
	char *signal;     /* "SIGSEGV" */
	char **backtrace; /* n_backtrace lines, innermost first */
	size_t n_backtrace;
	char *stderr_tail;
	int64_t at_ms;
	int64_t user_ms, system_ms, max_rss_kb; /* rusage; -1: not known */
};

struct lq_attempt {
	int attempt;
	uint64_t claim;
	char *worker;
	int64_t started_at_ms, ended_at_ms; /* -1: not known */
	char *outcome;              /* ok retry snooze returned lost unknown failed stopped */
	struct lq_failure *failure; /* NULL: none */
};

/* Times are Unix milliseconds of the server, -1 where they do not apply; strings are NULL where
 * they do not. */
struct lq_job_info {
	char *queue, *id, *handler, *description, *worker;
	enum lq_job_state state;
	struct lq_value *args;   /* NULL: none */
	struct lq_value *result; /* NULL: none */
	bool sensitive;
	bool canceled_expired; /* canceled because its ttl ran out */
	int attempt;           /* of an ended job the number made, else the running or next one */
	int max_attempts;      /* LQ_FOREVER: no limit */
	int64_t timeout_ms;    /* LQ_FOREVER: no limit */
	uint64_t claim;        /* the last hand-out's token; 0: never handed out */
	int losses;
	int64_t snoozes;
	int64_t created_at_ms, enqueued_at_ms, due_at_ms, started_at_ms, ended_at_ms, expires_at_ms;
	struct lq_failure
		*failure; /* of a failed or stopped job, or the last failed attempt of a live one */
	struct lq_attempt *attempts; /* oldest first, the last 8 */
	size_t n_attempts;
};

/* Frees it with all it holds. NULL is allowed. Since: 0.1 */
LQ_API void lq_job_info_free(struct lq_job_info *info);

/*
 * All that is known of a job. 0: *ret_info is set and yours (lq_job_info_free()). LQ_NOT_FOUND.
 * -EPROTO: also where the job's record is damaged. Reads only. Blocks up to the call limit. Since:
 * 0.1
 */
LQ_API int lq_job_find(struct lq_client *client, const char *queue, const char *id,
		       struct lq_job_info **ret_info);

/*
 * Waits until the job has ended, without polling. Blocks for timeout_ms, not
 * the call limit (0 looks once, within the call limit; LQ_FOREVER: no limit); a
 * lost connection is made anew within that time, and a server that does not answer is
 * given a second more. 0: ended, *ret_info (may be NULL) is set and yours.
 * LQ_TIMEOUT: not yet. LQ_NOT_FOUND. Since: 0.1
 */
LQ_API int lq_job_wait(struct lq_client *client, const char *queue, const char *id,
		       int64_t timeout_ms, struct lq_job_info **ret_info);

/*
 * Steering. Each is one script: done whole, or nothing changed. 0: done.
 * LQ_NOT_FOUND. LQ_WRONG_STATE: lq_client_error() names the state.
 * LQ_LOCKED (requeue): another living job holds its unique key.
 * Each blocks up to the call limit. Since: 0.1
 *
 *   cancel   deferred, scheduled, queued -> canceled (kept a day)
 *   requeue  finished, failed, canceled, stopped -> queued; attempts are given back
 *   stop     started: its worker is told to end it; it becomes `stopped`
 *   delete   any but started: the job and all that is kept of it are gone
 */
LQ_API int lq_job_cancel(struct lq_client *client, const char *queue, const char *id);
LQ_API int lq_job_requeue(struct lq_client *client, const char *queue, const char *id);
LQ_API int lq_job_stop(struct lq_client *client, const char *queue, const char *id);
LQ_API int lq_job_delete(struct lq_client *client, const char *queue, const char *id);

LQ_END_DECLS

#endif
