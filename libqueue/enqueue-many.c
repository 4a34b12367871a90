/* SPDX-License-Identifier: MIT */
/*
 * lq_enqueue_many(): the jobs that share queue, place and time go to the script together,
 * whatever the order they came in; runs are sent in the order of their first jobs, all
 * in one round trip.
 */
#include "cleanup.h"
#include "enqueue-run.h"
#include "macro.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define JOB_OVERHEAD 64 /* of the protocol, beyond id, key and envelope */

struct batch {
	struct lq__planned *jobs; /* in the caller's order */
	size_t n;
	struct lq__planned **sorted; /* those that were not refused; each run is a slice */
	size_t n_sorted;
	struct lq__run *runs;
	size_t n_runs;
	size_t n_refused;
	char words[LQ__REFUSAL_SIZE]; /* for the first refused one */
};

static void batch_fini(struct batch *batch)
{
	for (size_t i = 0; batch->jobs && i < batch->n; i++)
		lq__planned_fini(&batch->jobs[i]);
	free(batch->jobs);
	free(batch->sorted);
	free(batch->runs);
}

static int batch_init(struct batch *batch, size_t n)
{
	batch->jobs = calloc(n, sizeof(*batch->jobs));
	batch->sorted = calloc(n, sizeof(struct lq__planned *));
	batch->runs = calloc(n, sizeof(*batch->runs));
	return batch->jobs && batch->sorted && batch->runs ? 0 : -ENOMEM;
}

static void refuse_all(const struct lq_enqueue_spec *specs, size_t n, char (*ret_ids)[LQ_ID_SIZE],
		       int *ret_outcomes)
{
	for (size_t i = 0; i < n; i++) {
		lq_value_free(specs[i].args);
		if (ret_ids)
			ret_ids[i][0] = '\0';
		if (ret_outcomes)
			ret_outcomes[i] = -ENOMEM;
	}
}

static void make_all(struct batch *batch, const struct lq_enqueue_spec *specs, size_t n)
{
	char words[LQ__REFUSAL_SIZE];

	batch->n = n;
	for (size_t i = 0; i < n; i++) {
		struct lq__planned *job = &batch->jobs[i];

		if (lq__planned_make(job, specs[i].handler, specs[i].args, specs[i].options,
				     words) == 0) {
			batch->sorted[batch->n_sorted++] = job;
			continue;
		}
		if (batch->n_refused++ == 0)
			memcpy(batch->words, words, sizeof(words));
	}
}

static int compare_int64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What fits together stands together; among equals the caller's order, which is that of the
 * addresses. */
static int compare_jobs(const void *left, const void *right)
{
	const struct lq__planned *a = *(struct lq__planned *const *)left;
	const struct lq__planned *b = *(struct lq__planned *const *)right;
	int r = strcmp(a->made.queue, b->made.queue);

	if (!r)
		r = a->options.front - b->options.front;
	if (!r)
		r = compare_int64(a->options.delay_ms, b->options.delay_ms);
	if (!r)
		r = compare_int64(a->options.run_at_ms, b->options.run_at_ms);
	if (!r)
		r = !a->options.unique_key - !b->options.unique_key;
	return r ? r : (a > b) - (a < b);
}

static int compare_runs(const void *left, const void *right)
{
	const struct lq__run *a = left, *b = right;

	return (a->jobs[0] > b->jobs[0]) - (a->jobs[0] < b->jobs[0]);
}

static size_t job_size(const struct lq__planned *job)
{
	const char *key = job->options.unique_key;

	return job->made.envelope_size + strlen(job->made.id) + (key ? strlen(key) : 0) +
	       JOB_OVERHEAD;
}

/* bytes: of the run so far. */
static bool has_room(const struct lq__run *run, size_t bytes, const struct lq__planned *job)
{
	return run->n < LQ_BATCH_MAX && bytes + job_size(job) <= LQ_BATCH_BYTES &&
	       lq__planned_fits(run->jobs[0], job);
}

static void cut_into_runs(struct batch *batch, struct lq_client *client)
{
	struct lq__run *run = NULL;
	size_t bytes = 0;

	qsort(batch->sorted, batch->n_sorted, sizeof(batch->sorted[0]), compare_jobs);
	for (size_t i = 0; i < batch->n_sorted; i++) {
		if (!run || !has_room(run, bytes, batch->sorted[i])) {
			run = &batch->runs[batch->n_runs++];
			*run = (struct lq__run){ .client = client, .jobs = &batch->sorted[i] };
			bytes = 0;
		}
		run->n++;
		bytes += job_size(batch->sorted[i]);
	}
	qsort(batch->runs, batch->n_runs, sizeof(batch->runs[0]), compare_runs);
}

/* What the call failed with before a run was answered is the outcome of its jobs. */
static void spread(struct batch *batch, int error)
{
	for (size_t i = 0; i < batch->n_runs; i++) {
		const struct lq__run *run = &batch->runs[i];

		for (size_t j = 0; !run->is_answered && j < run->n; j++)
			run->jobs[j]->outcome = error;
	}
}

static int send_all(struct batch *batch, struct lq_client *client)
{
	int r = lq__client_begin(client, 0);

	if (r < 0) {
		spread(batch, r);
		return r;
	}
	for (size_t i = 0; r >= 0 && i < batch->n_runs; i++)
		r = lq__run_send(&batch->runs[i]);
	if (r < 0)
		(void)lq__client_fail(client, r, "no memory to send %zu jobs", batch->n_sorted);

	/* Also after a failure: what went before it is on its way, and answers into the runs. */
	int finished = lq__client_finish(client);

	r = r < 0 ? r : finished;
	if (r < 0)
		spread(batch, r);
	return r;
}

/* The call as a whole, from the outcomes of its runs. */
static int sum_up(const struct batch *batch, struct lq_client *client)
{
	size_t n_failed = 0, n_made = 0;

	for (size_t i = 0; i < batch->n_runs; i++)
		n_failed += batch->runs[i].error < 0;
	if (batch->n_runs && n_failed == batch->n_runs)
		return batch->runs[0].error;
	for (size_t i = 0; i < batch->n; i++)
		n_made += batch->jobs[i].outcome == 0;
	if (n_made == batch->n)
		return 0;
	return lq__client_fail(client, LQ_PARTIAL, "%zu of %zu jobs were made%s%s", n_made,
			       batch->n, batch->n_refused ? "; the first one refused: " : "",
			       batch->n_refused ? batch->words : "");
}

static void give_back(const struct batch *batch, char (*ret_ids)[LQ_ID_SIZE], int *ret_outcomes)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct lq__planned *job = &batch->jobs[i];

		if (ret_ids)
			memcpy(ret_ids[i], job->made.id, strlen(job->made.id) + 1);
		if (ret_outcomes)
			ret_outcomes[i] = job->outcome;
	}
}

static int enqueue_batch(struct lq_client *client, struct batch *batch)
{
	int r = lq__client_check(client);

	if (r < 0) {
		spread(batch, r);
		return r;
	}
	if (batch->n_runs > 0)
		r = send_all(batch, client);
	return r < 0 ? r : sum_up(batch, client);
}

int lq_enqueue_many(struct lq_client *client, const struct lq_enqueue_spec *specs, size_t n,
		    char (*ret_ids)[LQ_ID_SIZE], int *ret_outcomes)
{
	_cleanup_(batch_fini) struct batch batch = { .n = 0 };

	if (n == 0 || !specs) {
		int r = lq__client_check(client);

		if (r < 0 || n == 0)
			return r;
		return lq__client_fail(client, -EINVAL, "%zu jobs are announced, but specs is NULL",
				       n);
	}
	if (batch_init(&batch, n) < 0) {
		int r = lq__client_check(client);

		refuse_all(specs, n, ret_ids, ret_outcomes);
		return r < 0 ? r : lq__client_fail(client, -ENOMEM, "no memory for %zu jobs", n);
	}
	make_all(&batch, specs, n);
	cut_into_runs(&batch, client);

	int r = enqueue_batch(client, &batch);

	give_back(&batch, ret_ids, ret_outcomes);
	return r;
}
