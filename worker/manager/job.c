/* SPDX-License-Identifier: MIT */
#include "job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int jobs_init(struct jobs *jobs, size_t n_queues)
{
	*jobs = (struct jobs){ .n_queues = n_queues };
	TAILQ_INIT(&jobs->waiting);
	TAILQ_INIT(&jobs->ended);
	TAILQ_INIT(&jobs->in_flight);
	jobs->n_of_queue = calloc(n_queues, sizeof(*jobs->n_of_queue));
	return jobs->n_of_queue ? 0 : -ENOMEM;
}

static void job_free(struct job *job)
{
	lq_claimed_record_fini(&job->claimed);
	job_clear_children(job);
	free(job->children);
	free(job->settling.bytes);
	free(job->record);
	free(job);
}

void jobs_fini(struct jobs *jobs)
{
	struct job *job, *next;

	HASH_ITER (hh, jobs->table, job, next) {
		HASH_DEL(jobs->table, job);
		job_free(job);
	}
	free(jobs->n_of_queue);
	*jobs = (struct jobs){ 0 };
}

size_t jobs_count(const struct jobs *jobs)
{
	return HASH_COUNT(jobs->table);
}

struct job *jobs_add(struct jobs *jobs, const struct lq_handed_out *given, int64_t now_ms)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->record = malloc(given->record_size + 1);
	if (!job->record) {
		free(job);
		return NULL;
	}
	memcpy(job->record, given->record, given->record_size);
	job->record_size = given->record_size;
	job->key = (struct job_key){ given->queue, given->token };
	(void)snprintf(job->id, sizeof(job->id), "%s", given->id);
	job->received_ms = now_ms;
	job->state = JOB_RUNNING; /* in no list */
	HASH_ADD(hh, jobs->table, key, sizeof(job->key), job);
	jobs->n_of_queue[given->queue]++;
	return job;
}

struct job *jobs_find(const struct jobs *jobs, size_t queue, uint64_t token)
{
	struct job_key key = { queue, token };
	struct job *job;

	HASH_FIND(hh, jobs->table, &key, sizeof(key), job);
	return job;
}

static void jobs_unlist(struct jobs *jobs, struct job *job)
{
	if (job->state == JOB_WAITING) {
		TAILQ_REMOVE(&jobs->waiting, job, entry);
		jobs->n_waiting--;
	} else if (job->state == JOB_ENDED) {
		TAILQ_REMOVE(job->settling.is_in_flight ? &jobs->in_flight : &jobs->ended, job,
			     entry);
		jobs->n_ended--;
	}
	job->state = JOB_RUNNING;
}

void jobs_drop(struct jobs *jobs, struct job *job)
{
	jobs_unlist(jobs, job);
	jobs->n_of_queue[job->key.queue]--;
	HASH_DEL(jobs->table, job);
	job_free(job);
}

void jobs_wait(struct jobs *jobs, struct job *job)
{
	jobs_unlist(jobs, job);
	job->state = JOB_WAITING;
	TAILQ_INSERT_TAIL(&jobs->waiting, job, entry);
	jobs->n_waiting++;
}

void jobs_wait_first(struct jobs *jobs, struct job *job)
{
	jobs_unlist(jobs, job);
	job->state = JOB_WAITING;
	TAILQ_INSERT_HEAD(&jobs->waiting, job, entry);
	jobs->n_waiting++;
}

struct job *jobs_run_next(struct jobs *jobs)
{
	struct job *job = TAILQ_FIRST(&jobs->waiting);

	if (job)
		jobs_unlist(jobs, job);
	return job;
}

void jobs_end(struct jobs *jobs, struct job *job)
{
	jobs_unlist(jobs, job);
	job->state = JOB_ENDED;
	job->runner = NULL;
	job->settling.is_in_flight = false;
	TAILQ_INSERT_TAIL(&jobs->ended, job, entry);
	jobs->n_ended++;
}

void jobs_fly(struct jobs *jobs, struct job *job)
{
	TAILQ_REMOVE(&jobs->ended, job, entry);
	job->settling.is_in_flight = true;
	TAILQ_INSERT_TAIL(&jobs->in_flight, job, entry);
}

void jobs_land_all(struct jobs *jobs)
{
	struct job *job;

	while ((job = TAILQ_LAST(&jobs->in_flight, job_list))) {
		TAILQ_REMOVE(&jobs->in_flight, job, entry);
		job->settling.is_in_flight = false;
		TAILQ_INSERT_HEAD(&jobs->ended, job, entry);
	}
}

unsigned int job_attempt(const struct job *job)
{
	return job->claimed.attempts + 1;
}
