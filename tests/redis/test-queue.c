/* SPDX-License-Identifier: MIT */
/* A queue as a whole: counts, age, pause, empty and clear; and which queues
 * there are. */
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static struct lq_queue_counts stats(const char *queue)
{
	struct lq_queue_counts counts;
	int r = lq_queue_stats(lq, queue, &counts);

	ck_assert_msg(r == 0, "%d %s", r, lq_client_error(lq));
	return counts;
}

static void make_many(const char *queue, size_t n, int64_t delay_ms)
{
	struct lq_enqueue_spec *specs = calloc(n, sizeof(*specs));
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

	ck_assert_ptr_nonnull(specs);
	how.queue = queue;
	how.delay_ms = delay_ms;
	for (size_t i = 0; i < n; i++)
		specs[i] = (struct lq_enqueue_spec){ .handler = "noop", .options = &how };
	ck_assert_int_eq(lq_enqueue_many(lq, specs, n, NULL, NULL), 0);
	free(specs);
}

START_TEST(counts_of_each_state)
{
	struct fake_worker w;
	struct fake_job jobs[6];

	make_many("q", 9, 0);
	make_many("q", 2, 60000);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, 6), 6);
	ck_assert_int_eq(fake_settle(&w, "q", &jobs[0], LQ_SETTLE_FINISHED, 500000, -1), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &jobs[1], LQ_SETTLE_FINISHED, 7200000, -1), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &jobs[2], LQ_SETTLE_FAILED, LQ_FOREVER, -1), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &jobs[3], LQ_SETTLE_STOPPED, 500000, -1), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &jobs[4], LQ_SETTLE_CANCELED, 500000, -1), 1);

	struct lq_queue_counts counts = stats("q");

	ck_assert_int_eq(counts.queued, 3);
	ck_assert_int_eq(counts.scheduled, 2);
	ck_assert_int_eq(counts.deferred, 0);
	ck_assert_int_eq(counts.started, 1);
	ck_assert_int_eq(counts.finished, 2);
	ck_assert_int_eq(counts.failed, 1);
	ck_assert_int_eq(counts.stopped, 1);
	ck_assert_int_eq(counts.canceled, 1);
	ck_assert_int_eq(counts.enqueued_total, 11);
	ck_assert_int_eq(counts.finished_total, 2);
	ck_assert_int_eq(counts.failed_total, 1);
	ck_assert(!counts.paused);
	ck_assert_int_eq(counts.paused_until_ms, -1);
	for (size_t i = 0; i < 6; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

START_TEST(never_used)
{
	struct lq_queue_counts counts = stats("q");

	ck_assert_int_eq(counts.queued, 0);
	ck_assert_int_eq(counts.enqueued_total, 0);
	ck_assert_int_eq(counts.oldest_queued_ms, -1);
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
}
END_TEST

/* The age of the head comes from its record, which a second of waiting makes a
 * second older. */
START_TEST(age_of_the_head)
{
	char id[LQ_ID_SIZE] = "j1";
	int64_t first, later;

	make_job("q", id);
	first = stats("q").oldest_queued_ms;
	ck_assert_int_ge(first, 0);
	ck_assert_int_lt(first, 30000);
	do {
		(void)poll(NULL, 0, 5);
		later = stats("q").oldest_queued_ms;
	} while (later < first + 50);
	/* Canceled, it is a ghost and no head. */
	ck_assert_int_eq(lq_job_cancel(lq, "q", id), 0);
	ck_assert_int_eq(stats("q").oldest_queued_ms, -1);
	ck_assert_int_eq(lq_job_requeue(lq, "q", id), 0);
	ck_assert_int_lt(stats("q").oldest_queued_ms, later + 30000);
}
END_TEST

START_TEST(pause_and_resume)
{
	struct fake_worker w;
	struct fake_job job;
	char id[LQ_ID_SIZE] = "j1";
	struct lq_queue_counts counts;

	fake_start(&w, "w1.0001");
	ck_assert_int_eq(lq_queue_pause(lq, "q", 0), 0);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues q"), 1);
	make_job("q", id);
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 0);
	counts = stats("q");
	ck_assert(counts.paused);
	ck_assert_int_eq(counts.paused_until_ms, -1);
	ck_assert_int_eq(lq_queue_pause(lq, "q", 3600000), 0);
	counts = stats("q");
	ck_assert(counts.paused);
	ck_assert_int_gt(counts.paused_until_ms, 3600000);
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 0);
	ck_assert_int_eq(lq_queue_pause(lq, "q", LQ_FOREVER), 0);
	ck_assert_int_eq(stats("q").paused_until_ms, -1);
	ck_assert_int_eq(lq_queue_resume(lq, "q"), 0);
	ck_assert(!stats("q").paused);
	ck_assert_int_eq(lq_queue_resume(lq, "q"), 0);
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

START_TEST(pause_ends_by_itself)
{
	struct fake_worker w;
	struct fake_job job;
	char id[LQ_ID_SIZE] = "j1";
	size_t n = 0;

	make_job("q", id);
	fake_start(&w, "w1.0001");
	ck_assert_int_eq(lq_queue_pause(lq, "q", 200), 0);
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 0);
	for (int i = 0; i < 5000 && n == 0; i++) {
		(void)poll(NULL, 0, 1);
		n = fake_claim(&w, "q", &job, 1);
	}
	ck_assert_uint_eq(n, 1);
	ck_assert(!stats("q").paused);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

START_TEST(empty_1200)
{
	int64_t n = -5;

	make_many("q", 1200, 0);
	make_many("q", 3, 60000);
	ck_assert_int_eq(lq_queue_empty(lq, "q", &n), 0);
	ck_assert_int_eq(n, 1200);
	ck_assert_int_eq(stats("q").queued, 0);
	ck_assert_int_eq(stats("q").scheduled, 3);
	ck_assert_int_eq(lq_queue_empty(lq, "q", &n), 0);
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(lq_queue_clear(lq, "q", LQ_JOB_SCHEDULED, NULL), 0);
	ck_assert_int_eq(stats("q").scheduled, 0);

	struct reply *left = redis_do("KEYS lq:{q}:job:*");

	ck_assert_uint_eq(left->size, 0);
	lq__reply_free(left);
}
END_TEST

START_TEST(empty_behind_ghosts)
{
	struct lq_job_page page;
	int64_t n;

	make_many("q", 1000, 0);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, NULL, 1000, &page), 0);
	for (size_t i = 0; i < page.n; i++)
		ck_assert_int_eq(lq_job_cancel(lq, "q", page.rows[i].id), 0);
	lq_job_page_free(&page);
	make_many("q", 10, 0);
	ck_assert_int_eq(lq_queue_empty(lq, "q", &n), 0);
	ck_assert_int_eq(n, 10);
	ck_assert_int_eq(stats("q").canceled, 1000);
	ck_assert_int_eq(lq_queue_clear(lq, "q", LQ_JOB_CANCELED, &n), 0);
	ck_assert_int_eq(n, 1000);
}
END_TEST

START_TEST(clear_each_state)
{
	static const struct {
		int kind;
		enum lq_job_state state;
		int64_t ms;
	} cases[] = {
		{ LQ_SETTLE_FINISHED, LQ_JOB_FINISHED, 500000 },
		{ LQ_SETTLE_FINISHED, LQ_JOB_FINISHED, LQ_FOREVER },
		{ LQ_SETTLE_FAILED, LQ_JOB_FAILED, LQ_FOREVER },
		{ LQ_SETTLE_STOPPED, LQ_JOB_STOPPED, 500000 },
	};
	struct fake_worker w;

	fake_start(&w, "w1.0001");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake_job job;
		int64_t n;

		make_many("q", 3, 0);
		while (fake_claim(&w, "q", &job, 1) == 1) {
			ck_assert_int_eq(fake_settle(&w, "q", &job, cases[i].kind, cases[i].ms, -1),
					 1);
			fake_job_fini(&job);
		}
		ck_assert_int_eq(lq_queue_clear(lq, "q", cases[i].state, &n), 0);
		ck_assert_int_eq(n, 3);
	}
	fake_end(&w);
}
END_TEST

START_TEST(refused)
{
	struct lq_queue_counts counts;
	int64_t n = 7;

	ck_assert_int_eq(lq_queue_stats(NULL, "q", &counts), -ENOMEM);
	ck_assert_int_eq(lq_queue_stats(lq, "a b", &counts), -EINVAL);
	ck_assert_int_eq(lq_queue_stats(lq, "q", NULL), -EINVAL);
	ck_assert_int_eq(lq_queue_pause(lq, "q", -2), -EINVAL);
	ck_assert_int_eq(lq_queue_pause(lq, "q", LQ_DURATION_MAX_MS + 1), -EINVAL);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "100 years"));
	ck_assert_int_eq(lq_queue_pause(lq, NULL, 0), -EINVAL);
	ck_assert_int_eq(lq_queue_resume(lq, "-q"), -EINVAL);
	ck_assert_int_eq(lq_queue_clear(lq, "q", LQ_JOB_STARTED, &n), -EINVAL);
	ck_assert_int_eq(n, 0);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "started"));
	ck_assert_int_eq(lq_queue_clear(lq, "q", LQ_N_JOB_STATES, &n), -EINVAL);
	ck_assert_int_eq(lq_queue_empty(lq, "", &n), -EINVAL);
	ck_assert_int_eq(lq_queue_list(lq, NULL), -EINVAL);
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
	ck_assert_int_eq(lq_queue_pause(lq, "q", LQ_DURATION_MAX_MS), 0);
	ck_assert_int_eq(lq_queue_stats(lq, "q", &counts), 0);
	ck_assert_int_gt(counts.paused_until_ms, LQ_DURATION_MAX_MS);
}
END_TEST

START_TEST(names_are_sorted)
{
	struct lq_queue_names names = { .n = 99 };
	char id[LQ_ID_SIZE];

	ck_assert_int_eq(lq_queue_list(lq, &names), 0);
	ck_assert_uint_eq(names.n, 0);
	lq_queue_names_free(&names);
	for (const char *queue = "cab"; *queue; queue++) {
		const char name[] = { *queue, '\0' };

		id[0] = '\0';
		make_job(name, id);
	}
	redis_run("SADD lq:queues not/ours");
	ck_assert_int_eq(lq_queue_list(lq, &names), 0);
	ck_assert_uint_eq(names.n, 3);
	ck_assert_str_eq(names.names[0], "a");
	ck_assert_str_eq(names.names[2], "c");
	lq_queue_names_free(&names);
	lq_queue_names_free(&names);
	redis_run("DEL lq:queues");
	redis_run("SET lq:queues foreign");
	ck_assert_int_eq(lq_queue_list(lq, &names), -EPROTO);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "WRONGTYPE"));
}
END_TEST

VERBS_MAIN("queue", counts_of_each_state, never_used, age_of_the_head, pause_and_resume,
	   pause_ends_by_itself, empty_1200, empty_behind_ghosts, clear_each_state, refused,
	   names_are_sorted)
