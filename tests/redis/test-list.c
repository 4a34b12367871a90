/* SPDX-License-Identifier: MIT */
/* lq_job_list(): rows and pages of each state, cursors, and records that are
 * damaged. */
#include "clock.h"
#include "macro.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 25

/* Makes j00 ... in queue q. */
static void make_jobs(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char id[LQ_ID_SIZE];

		(void)snprintf(id, sizeof(id), "j%02zu", i);
		make_job("q", id);
	}
}

static struct lq_job_page list(enum lq_job_state state, const char *after, size_t limit)
{
	struct lq_job_page page = { .n = 99 };
	int r = lq_job_list(lq, "q", state, after, limit, &page);

	ck_assert_msg(r == 0, "%d %s", r, lq_client_error(lq));
	return page;
}

static void assert_row(const struct lq_job_row *row, enum lq_job_state state, int number)
{
	char id[32];

	(void)snprintf(id, sizeof(id), "j%02d", number);
	ck_assert_str_eq(row->id, id);
	ck_assert_str_eq(row->handler, "noop");
	ck_assert_int_eq(row->state, state);
}

/* Walks through all pages; the ids must be j<first>, j<first + step> ... */
static void assert_pages(enum lq_job_state state, size_t limit, int first, int step, size_t n)
{
	char after[LQ_ID_SIZE + 32] = "";
	size_t seen = 0;
	bool more = true;

	while (more) {
		struct lq_job_page page = list(state, after[0] ? after : NULL, limit);

		ck_assert_uint_le(page.n, limit);
		for (size_t i = 0; i < page.n; i++, seen++)
			assert_row(&page.rows[i], state, first + step * (int)seen);
		more = page.more;
		ck_assert_uint_ge(page.n, more);
		if (more)
			memcpy(after, page.rows[page.n - 1].cursor, sizeof(after));
		lq_job_page_free(&page);
	}
	ck_assert_uint_eq(seen, n);
}

START_TEST(waiting_ones_in_order)
{
	int64_t now = clock_realtime_ms();

	make_jobs(N);
	assert_pages(LQ_JOB_QUEUED, 1000, 0, 1, N);
	assert_pages(LQ_JOB_QUEUED, 7, 0, 1, N);
	assert_pages(LQ_JOB_QUEUED, 1, 0, 1, N);

	struct lq_job_page page = list(LQ_JOB_QUEUED, NULL, 1);

	ck_assert_int_eq(page.rows[0].attempt, 1);
	ck_assert_int_ge(page.rows[0].at_ms, now);
	ck_assert(page.more);
	lq_job_page_free(&page);
}
END_TEST

START_TEST(canceled_ones_are_not_waiting)
{
	make_jobs(N);
	for (int i = 1; i < N; i += 2) {
		char id[32];

		(void)snprintf(id, sizeof(id), "j%02d", i);
		ck_assert_int_eq(lq_job_cancel(lq, "q", id), 0);
	}
	assert_pages(LQ_JOB_QUEUED, 3, 0, 2, N / 2 + 1);
	assert_pages(LQ_JOB_CANCELED, 5, N - 2, -2, N / 2);
}
END_TEST

START_TEST(nothing_there)
{
	for (int state = 0; state < LQ_N_JOB_STATES; state++) {
		struct lq_job_page page = list((enum lq_job_state)state, NULL, 10);

		ck_assert_uint_eq(page.n, 0);
		ck_assert(!page.more);
		lq_job_page_free(&page);
	}
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
}
END_TEST

START_TEST(scheduled_ones_by_time)
{
	for (int i = 0; i < N; i++) {
		struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
		char id[LQ_ID_SIZE];

		(void)snprintf(id, sizeof(id), "j%02d", i);
		how.queue = "q";
		how.id = id;
		how.run_at_ms = 4102444800000 - i;
		ck_assert_int_eq(lq_enqueue(lq, "noop", NULL, &how, NULL), 0);
	}
	assert_pages(LQ_JOB_SCHEDULED, 4, N - 1, -1, N);

	struct lq_job_page page = list(LQ_JOB_SCHEDULED, NULL, 1);

	ck_assert_int_eq(page.rows[0].at_ms, 4102444800000 - N + 1);
	lq_job_page_free(&page);
}
END_TEST

START_TEST(started_ones)
{
	struct fake_worker w;
	struct fake_job jobs[N];
	size_t n = 0;

	make_jobs(N);
	fake_start(&w, "w1.0001");
	while (n < N)
		n += fake_claim(&w, "q", jobs + n, N - n);
	assert_pages(LQ_JOB_STARTED, 4, 0, 1, N);

	struct lq_job_page page = list(LQ_JOB_STARTED, NULL, 1);

	ck_assert_str_eq(page.rows[0].worker, "w1");
	ck_assert_int_eq(page.rows[0].at_ms, (int64_t)(jobs[0].token / 1024));
	ck_assert_int_ge(page.rows[0].running_ms, 0);
	ck_assert_int_gt(page.rows[0].time_left_ms, 100000);
	ck_assert_int_le(page.rows[0].time_left_ms, 180000);
	ck_assert_int_eq(page.rows[0].attempt, 1);
	lq_job_page_free(&page);
	for (size_t i = 0; i < N; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

static void settle_all(int kind, int64_t ms)
{
	struct fake_worker w;
	struct fake_job job;

	fake_start(&w, "w1.0001");
	while (fake_claim(&w, "q", &job, 1) == 1) {
		ck_assert_int_eq(fake_settle(&w, "q", &job, kind, ms, -1), LQ_SETTLED);
		fake_job_fini(&job);
	}
	fake_end(&w);
}

START_TEST(finished_ones_newest_first)
{
	make_jobs(N);
	settle_all(LQ_SETTLE_FINISHED, 500000);
	assert_pages(LQ_JOB_FINISHED, 4, N - 1, -1, N);
	assert_pages(LQ_JOB_FINISHED, 1000, N - 1, -1, N);
	redis_run("FLUSHALL");
	make_jobs(N);
	settle_all(LQ_SETTLE_FINISHED, LQ_FOREVER);
	assert_pages(LQ_JOB_FINISHED, 4, N - 1, -1, N);
}
END_TEST

START_TEST(failed_ones)
{
	make_jobs(N);
	settle_all(LQ_SETTLE_FAILED, LQ_FOREVER);
	assert_pages(LQ_JOB_FAILED, 4, N - 1, -1, N);

	struct lq_job_page page = list(LQ_JOB_FAILED, NULL, 1);

	ck_assert_str_eq(page.rows[0].kind, "rejected");
	ck_assert_str_eq(page.rows[0].message, "told to fail");
	ck_assert_int_eq(page.rows[0].attempt, 1);
	ck_assert_int_gt(page.rows[0].at_ms, 0);
	lq_job_page_free(&page);
}
END_TEST

/* Who takes the jobs of each page away before asking for the next one meets all of them. */
static size_t take_pages_away(enum lq_job_state state)
{
	char after[LQ_ID_SIZE + 32] = "";
	size_t n = 0;
	bool more = true;

	while (more) {
		struct lq_job_page page = list(state, after[0] ? after : NULL, 2);

		for (size_t i = 0; i < page.n; i++, n++)
			ck_assert_int_eq(lq_job_delete(lq, "q", page.rows[i].id), 0);
		more = page.more;
		if (more)
			memcpy(after, page.rows[page.n - 1].cursor, sizeof(after));
		lq_job_page_free(&page);
	}
	return n;
}

/* Of one moment, with ids that a locale may order otherwise than by their bytes. */
START_TEST(a_page_that_has_gone_leaves_its_place)
{
	static const char *const ids[] = { "B", "_a", "a", ".a", "a-", "A", "b", "aa", "a1" };
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

	how.queue = "q";
	how.run_at_ms = 4102444800000;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		how.id = ids[i];
		ck_assert_int_eq(lq_enqueue(lq, "noop", NULL, &how, NULL), 0);
	}
	ck_assert_uint_eq(take_pages_away(LQ_JOB_SCHEDULED), ARRAY_SIZE(ids));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		how.id = ids[i];
		ck_assert_int_eq(lq_enqueue(lq, "noop", NULL, &how, NULL), 0);
		ck_assert_int_eq(lq_job_cancel(lq, "q", ids[i]), 0);
		redis_run("ZADD lq:{q}:canceled 4102444800000 %s", ids[i]);
	}
	ck_assert_uint_eq(take_pages_away(LQ_JOB_CANCELED), ARRAY_SIZE(ids));
}
END_TEST

START_TEST(more_than_the_server_looks_at)
{
	static struct lq_enqueue_spec specs[2000];
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	static char ids[2000][LQ_ID_SIZE];
	struct lq_job_page page;

	how.queue = "q";
	for (size_t i = 0; i < 2000; i++)
		specs[i] = (struct lq_enqueue_spec){ .handler = "noop", .options = &how };
	ck_assert_int_eq(lq_enqueue_many(lq, specs, 2000, ids, NULL), 0);
	for (size_t i = 0; i < 1990; i++)
		ck_assert_int_eq(lq_job_cancel(lq, "q", ids[i]), 0);
	page = list(LQ_JOB_QUEUED, NULL, 10);
	ck_assert_uint_eq(page.n, 10);
	for (size_t i = 0; i < 10; i++)
		ck_assert_str_eq(page.rows[i].id, ids[1990 + i]);
	lq_job_page_free(&page);
}
END_TEST

START_TEST(many_that_live_again)
{
	static const char id_format[] = "00000000-0000-0000-0000-0000000000%02d";
	char id[LQ_ID_SIZE];

	/* Each leaves a ghost, so that a cursor would like to name all of them. */
	for (int i = 0; i < N; i++) {
		(void)snprintf(id, sizeof(id), id_format, i);
		make_job("q", id);
		ck_assert_int_eq(lq_job_cancel(lq, "q", id), 0);
		ck_assert_int_eq(lq_job_requeue(lq, "q", id), 0);
	}

	struct lq_job_page page = list(LQ_JOB_QUEUED, NULL, 20);

	ck_assert_uint_eq(page.n, 20);
	ck_assert(page.more);
	lq_job_page_free(&page);
}
END_TEST

START_TEST(large_records_come_in_chunks)
{
	enum { SIZE = 1000000, COUNT = 9 };
	char *text = malloc(SIZE);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', SIZE);
	for (int i = 0; i < COUNT; i++) {
		struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
		char id[LQ_ID_SIZE];

		(void)snprintf(id, sizeof(id), "j%02d", i);
		how.queue = "q";
		how.id = id;
		ck_assert_int_eq(
			lq_enqueue(lq, "noop", lq_pack("s#", text, (size_t)SIZE), &how, NULL), 0);
	}
	assert_pages(LQ_JOB_QUEUED, 100, 0, 1, COUNT);
	free(text);
}
END_TEST

START_TEST(damaged_record_has_a_row)
{
	make_jobs(3);
	redis_run("SETRANGE lq:{q}:job:j01 1 zzzzz");

	struct lq_job_page page = list(LQ_JOB_QUEUED, NULL, 10);

	ck_assert_uint_eq(page.n, 3);
	ck_assert_str_eq(page.rows[1].id, "j01");
	ck_assert_str_eq(page.rows[2].handler, "noop");
	lq_job_page_free(&page);
}
END_TEST

START_TEST(refused)
{
	struct lq_job_page page = { .n = 99 };
	char long_cursor[512];

	memset(long_cursor, '1', sizeof(long_cursor));
	long_cursor[sizeof(long_cursor) - 1] = '\0';
	ck_assert_int_eq(lq_job_list(NULL, "q", LQ_JOB_QUEUED, NULL, 1, &page), -ENOMEM);
	ck_assert_int_eq(lq_job_list(lq, "a b", LQ_JOB_QUEUED, NULL, 1, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_N_JOB_STATES, NULL, 1, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", (enum lq_job_state) - 1, NULL, 1, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, NULL, 0, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, NULL, LQ_PAGE_MAX + 1, &page),
			 -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, NULL, 1, NULL), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, long_cursor, 1, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, "x y", 1, &page), -EINVAL);
	ck_assert_str_ne(lq_client_error(lq), "");
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_FAILED, "nonsense", 1, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_FINISHED, "nonsense", 1, &page), -EINVAL);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_STARTED, "nonsense", 1, &page), -EINVAL);
	ck_assert_uint_eq(page.n, 99);
	ck_assert_int_eq(lq_job_list(lq, "q", LQ_JOB_QUEUED, NULL, LQ_PAGE_MAX, &page), 0);
	lq_job_page_free(&page);
	lq_job_page_free(&page);
	lq_job_page_free(NULL);
}
END_TEST

VERBS_MAIN("list", waiting_ones_in_order, canceled_ones_are_not_waiting, nothing_there,
	   scheduled_ones_by_time, started_ones, finished_ones_newest_first, failed_ones,
	   a_page_that_has_gone_leaves_its_place, more_than_the_server_looks_at,
	   many_that_live_again, large_records_come_in_chunks, damaged_record_has_a_row, refused)
