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

/* An envelope of the key "k" and of none, each with its final zero. */
#define ENVELOPE_OF(key) "\x97\1" key "\xa1h\xc4\0\x80\xcf\0\0\1\0\0\0\0\0"
static const char plain[] = ENVELOPE_OF("\xc0"), keyed[] = ENVELOPE_OF("\xa1k");

static const struct wire_child sound = {
	.queue = "q", .id = "i", .unique_key = "", .envelope = plain, .envelope_size = sizeof(plain)
};

START_TEST(children_up_to_their_number)
{
	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *job = add(0, "a", 1);

	for (int i = 0; i < LQ_CHILDREN_MAX; i++)
		ck_assert_int_eq(job_add_child(job, &sound), 0);
	ck_assert_int_eq(job_add_child(job, &sound), -EMSGSIZE);
	ck_assert_uint_eq(job->n_children, LQ_CHILDREN_MAX);
	ck_assert_str_eq(job->children[LQ_CHILDREN_MAX - 1].child.id, "i");
	ck_assert_uint_gt(job_children_size(job), LQ_CHILDREN_MAX * sizeof(plain));
	job_clear_children(job);
	ck_assert_uint_eq(job->n_children, 0);
	ck_assert_uint_eq(job_children_size(job), 0);
	jobs_fini(&jobs);
}
END_TEST

static char *put_bin_head(char *at, size_t size)
{
	*at++ = (char)0xc6;
	for (int shift = 24; shift >= 0; shift -= 8)
		*at++ = (char)(size >> shift);
	return at;
}

/* An envelope of that size, whose arguments are one bin of zeros. */
static void make_large(char *envelope, size_t size)
{
	static const char head[] = "\x97\1\xc0\xa1h", tail[] = "\x80\xcf\0\0\1\0\0\0\0\0";
	size_t args_size = size - (sizeof(head) - 1) - 5 - sizeof(tail);
	char *at = envelope + sizeof(head) - 1;

	memcpy(envelope, head, sizeof(head) - 1);
	(void)put_bin_head(put_bin_head(at, args_size), args_size - 5);
	memcpy(envelope + size - sizeof(tail), tail, sizeof(tail));
}

START_TEST(children_up_to_their_size)
{
	static char large[LQ_CHILDREN_BYTES / 2];
	struct wire_child child = sound;

	make_large(large, sizeof(large));
	child.envelope = large;
	child.envelope_size = sizeof(large);
	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *job = add(0, "a", 1);
	ck_assert_int_eq(job_add_child(job, &child), 0);
	ck_assert_int_eq(job_add_child(job, &child), -EMSGSIZE); /* queue and id count too */
	ck_assert_int_eq(job_add_child(job, &sound), 0);
	ck_assert_uint_eq(job->n_children, 2);
	jobs_fini(&jobs);
}
END_TEST

START_TEST(children_keep_what_they_were_made_with)
{
	char key[] = "k";
	struct wire_child child = {
		.queue = "q2",
		.id = "i2",
		.delay_ms = 5,
		.front = true,
		.unique_key = key,
		.unique_ttl_ms = 7,
		.envelope = keyed,
		.envelope_size = sizeof(keyed),
	};

	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *job = add(0, "a", 1);
	ck_assert_int_eq(job_add_child(job, &child), 0);
	key[0] = 'x'; /* it was copied */
	child = sound;
	child.run_at_ms = 9;
	ck_assert_int_eq(job_add_child(job, &child), 0);

	const struct lq_child *kept = &job->children[0].child;

	ck_assert_str_eq(kept->queue, "q2");
	ck_assert_str_eq(kept->id, "i2");
	ck_assert_str_eq(kept->unique_key, "k");
	ck_assert_int_eq(kept->delay_ms, 5);
	ck_assert_int_eq(kept->unique_ttl_ms, 7);
	ck_assert(kept->front);
	ck_assert_mem_eq(kept->envelope, keyed, sizeof(keyed));
	ck_assert_ptr_null(job->children[1].child.unique_key);
	ck_assert_int_eq(job->children[1].child.run_at_ms, 9);
	jobs_fini(&jobs);
}
END_TEST

/* Each would have Redis refuse the whole exchange, or leave a lock behind. */
START_TEST(children_that_make_no_sense)
{
	static char long_key[LQ_UNIQUE_KEY_MAX + 2];
	static const char newer[] = "\x97\2\xc0\xa1h\xc4\0\x80\xcf\0\0\1\0\0\0\0\0";
	static const char twice[] = ENVELOPE_OF("\xc0") "\0";
	struct wire_child wrong[14];
	size_t n = sizeof(wrong) / sizeof(wrong[0]);

	memset(long_key, 'k', sizeof(long_key) - 1);
	for (size_t i = 0; i < n; i++)
		wrong[i] = sound;
	wrong[0].queue = "a b";
	wrong[1].queue = "";
	wrong[2].id = "-i";
	wrong[3].delay_ms = -1;
	wrong[4].delay_ms = LQ_DURATION_MAX_MS + 1;
	wrong[5].run_at_ms = LQ_TIME_MAX_MS + 1;
	wrong[6].unique_ttl_ms = -1;
	wrong[7].unique_key = long_key;
	wrong[8].unique_key = "k"; /* the envelope has none */
	wrong[9].envelope = keyed; /* and here it has one */
	wrong[9].envelope_size = sizeof(keyed);
	wrong[10].envelope_size--; /* does not end as an envelope */
	wrong[11].envelope = NULL;
	wrong[11].envelope_size = 0;
	wrong[12].envelope = newer;
	wrong[13].envelope = twice;
	wrong[13].envelope_size = sizeof(twice);
	ck_assert_int_eq(jobs_init(&jobs, 1), 0);
	struct job *job = add(0, "a", 1);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(job_add_child(job, &wrong[i]) == -EINVAL, "number %zu", i);
		ck_assert_uint_eq(job->n_children, 0);
	}
	jobs_fini(&jobs);
}
END_TEST

CHECK_MAIN("held-jobs", found_by_queue_and_token, waiting_ones_run_in_their_order,
	   an_exchange_that_failed_is_as_if_it_had_not_been, children_up_to_their_number,
	   children_up_to_their_size, children_keep_what_they_were_made_with,
	   children_that_make_no_sense)
