/* SPDX-License-Identifier: MIT */
/*
 * The jobs that this worker holds, from the exchange that handed one out to the one that
 * settled it. A job is known by its queue and token: its id may come again, with a later token,
 * while what is left of the earlier hand-out is still being ended.
 */
#pragma once

#include <libqueue/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "handlers.h"
#include "hash.h"
#include "worker-protocol.h"

struct runner;

enum job_state {
	JOB_WAITING, /* for a runner */
	JOB_RUNNING,
	JOB_ENDED, /* its entry waits to be settled */
};

struct job_key {
	uint64_t queue; /* index into the worker's queues */
	uint64_t token;
};

/* A follow-up job, published with the outcome; its pointers lead into the block. */
struct job_child {
	struct lq_child child;
	char *block; /* owned */
};

/* What an exchange settles a job with. */
struct job_settling {
	enum lq_settle_kind kind;
	char mode;
	int64_t ms;
	void *bytes; /* owned */
	size_t size;
	unsigned int n_refused; /* times that Redis called it bad */
	bool is_in_flight;
};

struct job {
	struct job_key key;
	char id[LQ_ID_SIZE];
	enum job_state state;
	void *record; /* owned; claimed borrows from it */
	size_t record_size;
	struct lq_claimed_record claimed;
	struct runner *runner;           /* while running */
	int64_t received_ms, started_us; /* CLOCK_MONOTONIC */
	/* In force: the job's value, else the handler's, else the default. */
	int64_t timeout_ms;
	int max_attempts;
	struct job_child *children; /* owned */
	size_t n_children, children_bytes;
	struct job_settling settling;
	UT_hash_handle hh;
	TAILQ_ENTRY(job) entry; /* in the list of its state */
};

TAILQ_HEAD(job_list, job);

struct jobs {
	struct job *table;
	struct job_list waiting, ended, in_flight; /* in_flight: ended, in the exchange under way */
	size_t n_waiting, n_ended;
	size_t *n_of_queue; /* held, as this worker counts */
	size_t n_queues;
};

int jobs_init(struct jobs *jobs, size_t n_queues);
void jobs_fini(struct jobs *jobs);
size_t jobs_count(const struct jobs *jobs);

/* Copies it; the record is not decoded yet. NULL: no memory. In no list. */
struct job *jobs_add(struct jobs *jobs, const struct lq_handed_out *given, int64_t now_ms);
struct job *jobs_find(const struct jobs *jobs, size_t queue, uint64_t token);
/* Out of its list and the table, and freed. */
void jobs_drop(struct jobs *jobs, struct job *job);

/* Moves it into the list of that state. */
void jobs_wait(struct jobs *jobs, struct job *job);
void jobs_wait_first(struct jobs *jobs, struct job *job);
struct job *jobs_run_next(struct jobs *jobs); /* takes the first waiting one; NULL: none */
void jobs_end(struct jobs *jobs, struct job *job);

/* Around an exchange: what was in flight is ended again (it failed). */
void jobs_fly(struct jobs *jobs, struct job *job);
void jobs_land_all(struct jobs *jobs);

/* Copies it. 0, -ENOMEM, -EINVAL (it makes no sense), or -EMSGSIZE (over LQ_CHILDREN_MAX or
 * LQ_CHILDREN_BYTES). */
int job_add_child(struct job *job, const struct wire_child *from);
void job_clear_children(struct job *job);
size_t job_children_size(const struct job *job); /* in an exchange */
unsigned int job_attempt(const struct job *job); /* the running or next one, 1 up */
