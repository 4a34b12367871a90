/* SPDX-License-Identifier: MIT */
/* The table of jobs that a worker holds: its lists and its counts. */
#include <errno.h>
#include <string.h>

#include "check-main.h"
#include "job.h"

static struct jobs jobs;

static struct job *add(size_t queue, const char *id, uint64_t token)
{
	struct lq_handed_out given = {
		.queue = queue, .id = id, .token = token, .record = "r", .record_size = 1
	};
	struct job *job = jobs_add(&jobs, &given, 100);

	ck_assert_ptr_nonnull(job);
	return job;
}

START_TEST(found_by_queue_and_token)
{
	ck_assert_int_eq(jobs_init(&jobs, 2), 0);
	struct job *first = add(0, "a", 7), *again = add(0, "a", 8), *other = add(1, "a", 7);

	ck_assert_ptr_eq(jobs_find(&jobs, 0, 7), first);
	ck_assert_ptr_eq(jobs_find(&jobs, 0, 8), again);
	ck_assert_ptr_eq(jobs_find(&jobs, 1, 7), other);
	ck_assert_ptr_null(jobs_find(&jobs, 1, 8));
	ck_assert_uint_eq(jobs.n_of_queue[0], 2);
	ck_assert_uint_eq(jobs.n_of_queue[1], 1);
	jobs_drop(&jobs, first);
	ck_assert_ptr_null(jobs_find(&jobs, 0, 7));
	ck_assert_uint_eq(jobs.n_of_queue[0], 1);
	ck_assert_uint_eq(jobs_count(&jobs), 2);
	jobs_fini(&jobs);
}
END_TEST

START_TEST(waiting_ones_run_in_their_order)
{
	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *a = add(0, "a", 1), *b = add(0, "b", 2);

	jobs_wait(&jobs, a);
	jobs_wait(&jobs, b);
	ck_assert_uint_eq(jobs.n_waiting, 2);
	ck_assert_ptr_eq(jobs_run_next(&jobs), a);
	ck_assert_ptr_eq(jobs_run_next(&jobs), b);
	ck_assert_ptr_null(jobs_run_next(&jobs));
	ck_assert_uint_eq(jobs.n_waiting, 0);
	ck_assert_int_eq(b->state, JOB_RUNNING);
	jobs_fini(&jobs);
}
END_TEST

/* In the order of their ends, so that the exchange after a failed one says the same again. */
START_TEST(an_exchange_that_failed_is_as_if_it_had_not_been)
{
	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *a = add(0, "a", 1), *b = add(0, "b", 2), *c = add(0, "c", 3);

	jobs_end(&jobs, a);
	jobs_end(&jobs, b);
	jobs_end(&jobs, c);
	jobs_fly(&jobs, a);
	jobs_fly(&jobs, b);
	ck_assert_ptr_eq(TAILQ_FIRST(&jobs.ended), c);
	ck_assert_uint_eq(jobs.n_ended, 3);
	jobs_land_all(&jobs);
	ck_assert_ptr_eq(TAILQ_FIRST(&jobs.ended), a);
	ck_assert_ptr_eq(TAILQ_NEXT(a, entry), b);
	ck_assert_ptr_eq(TAILQ_NEXT(b, entry), c);
	jobs_drop(&jobs, b);
	jobs_fly(&jobs, a);
	jobs_drop(&jobs, a);
	ck_assert_uint_eq(jobs.n_ended, 1);
	jobs_fini(&jobs);
}
END_TEST

START_TEST(children_up_to_their_limits)
{
	struct wire_child child = { .queue = "q", .id = "i", .envelope = "e", .envelope_size = 1 };
	static char large[LQ_BATCH_BYTES];

	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *job = add(0, "a", 1);
	for (int i = 0; i < LQ_CHILDREN_MAX; i++)
		ck_assert_int_eq(job_add_child(job, &child), 0);
	ck_assert_int_eq(job_add_child(job, &child), -EMSGSIZE);
	ck_assert_uint_eq(job->n_children, LQ_CHILDREN_MAX);
	ck_assert_str_eq(job->children[LQ_CHILDREN_MAX - 1].id, "i");
	job_clear_children(job);
	ck_assert_uint_eq(job->n_children, 0);
	child.envelope = large;
	child.envelope_size = sizeof(large);
	ck_assert_int_eq(job_add_child(job, &child), -EMSGSIZE);
	child.envelope_size = 1;
	ck_assert_int_eq(job_add_child(job, &child), 0);
	jobs_fini(&jobs);
}
END_TEST

CHECK_MAIN("held-jobs", found_by_queue_and_token, waiting_ones_run_in_their_order,
	   an_exchange_that_failed_is_as_if_it_had_not_been, children_up_to_their_limits)
