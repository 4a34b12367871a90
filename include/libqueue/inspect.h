/* SPDX-License-Identifier: MIT */
/*
 * Queues and workers, from outside. Reading never writes. Every call that takes a client blocks up
 * to its call limit and, where nothing else is said, answers 0 or a negative errno of error.h;
 * what it gives back (ret_...) is set on success only. What frees never blocks, and accepts NULL
 * and what is freed already.
 */
#ifndef LIBQUEUE_INSPECT_H
#define LIBQUEUE_INSPECT_H

#include <libqueue/client.h>
#include <libqueue/export.h>
#include <libqueue/job.h>
#include <libqueue/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LQ_BEGIN_DECLS

struct lq_queue_names {
	char (*names)[LQ_NAME_MAX + 1]; /* sorted */
	size_t n;
};

/* The queues that were ever used. 0: *ret_names is yours, free it with lq_queue_names_free().
 * Since: 0.1 */
LQ_API int lq_queue_list(struct lq_client *client, struct lq_queue_names *ret_names);
/* Frees what it holds, not the struct. Since: 0.1 */
LQ_API void lq_queue_names_free(struct lq_queue_names *names);

struct lq_queue_counts {
	bool paused;
	int64_t paused_until_ms; /* -1: until resumed, or not paused */
	int64_t queued, scheduled, deferred, started;
	int64_t finished; /* results still listed */
	int64_t failed, canceled, stopped;
	int64_t oldest_queued_ms; /* since the head of the list became ready, an estimate; -1: empty
				   */
	int64_t enqueued_total, finished_total, failed_total;
};

/* A queue that was never used is one with zeroes. Since: 0.1 */
LQ_API int lq_queue_stats(struct lq_client *client, const char *queue,
			  struct lq_queue_counts *ret_stats);

/* No job of the queue is handed out while it is paused; running ones finish. for_ms: up to 100
 * years; 0 or LQ_FOREVER: until resumed. A pause replaces the one before it. Since: 0.1 */
LQ_API int lq_queue_pause(struct lq_client *client, const char *queue, int64_t for_ms);
/* 0 also where it is not paused. Since: 0.1 */
LQ_API int lq_queue_resume(struct lq_client *client, const char *queue);

/*
 * Deletes jobs with their records, in bounded steps: as many as were there at the
 * start. ret_n (may be NULL): how many, also set on failure. empty: the waiting
 * (queued) ones. clear: those of one state; `started` and `deferred` are -EINVAL. Each step blocks
 * up to the call limit. Since: 0.1
 */
LQ_API int lq_queue_empty(struct lq_client *client, const char *queue, int64_t *ret_n);
LQ_API int lq_queue_clear(struct lq_client *client, const char *queue, enum lq_job_state state,
			  int64_t *ret_n);

struct lq_job_row {
	char id[LQ_ID_SIZE];
	char handler[LQ_NAME_MAX + 1];
	enum lq_job_state state;
	int attempt;
	int64_t at_ms;                /* enqueued, due, started or ended, by state */
	char *worker;                 /* started: its worker's name */
	int64_t running_ms;           /* started */
	int64_t time_left_ms;         /* started; -1: no limit */
	char *kind, *message;         /* failed */
	char cursor[LQ_ID_SIZE + 32]; /* the page that follows this row */
};

struct lq_job_page {
	struct lq_job_row *rows;
	size_t n;
	bool more;
};

/*
 * One page of the jobs in a state: waiting ones in the order they will run, scheduled by due time,
 * ended ones newest first. after: a row's cursor, or NULL. limit: 1 to 1,000. 0: *ret_page is set
 * and yours (free it with lq_job_page_free()). -EINVAL: no such cursor. Bounded on the server.
 * Since: 0.1
 */
LQ_API int lq_job_list(struct lq_client *client, const char *queue, enum lq_job_state state,
		       const char *after, size_t limit, struct lq_job_page *ret_page);
/* Frees what it holds, not the struct. Since: 0.1 */
LQ_API void lq_job_page_free(struct lq_job_page *page);

struct lq_worker_info {
	char name[LQ_WORKER_NAME_MAX + 1];
	char *host, *version;
	char *state;   /* starting idle busy quiet stopping lost */
	char **queues; /* in order of priority */
	size_t n_queues;
	int64_t pid;
	int runners, busy;
	int64_t jobs_done;
	int64_t last_claim_ms; /* Unix; -1: none yet */
	int64_t started_at_ms;
	int64_t lease_left_ms;
};

struct lq_workers {
	struct lq_worker_info *workers; /* by name */
	size_t n;
};

/* The workers that are alive, or whose lease has just run out. 0: *ret_list is yours, free it with
 * lq_workers_free(). Since: 0.1 */
LQ_API int lq_worker_list(struct lq_client *client, struct lq_workers *ret_list);
/* Frees what it holds, not the struct. Since: 0.1 */
LQ_API void lq_workers_free(struct lq_workers *list);

LQ_END_DECLS

#endif
