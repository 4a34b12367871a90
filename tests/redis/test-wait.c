/* SPDX-License-Identifier: MIT */
/* Waiting: for a job that ends meanwhile, has ended, never ends, or leaves
 * nothing behind. */
#include "clock.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct other {
	pthread_t thread;
	int kind;
	int64_t ms;
	int code;
};

/* Settles the next job of queue q, once somebody waits for it. */
static void *settle_when_awaited(void *userdata)
{
	struct other *other = userdata;
	struct fake_worker w;
	struct fake_job job;
	size_t n = 0;

	fake_start(&w, "w1.0001");
	while ((n = fake_claim(&w, "q", &job, 1)) == 0)
		fake_sleep(&w, "q");
	ck_assert_uint_eq(n, 1);
	fake_await_int(&w, 1, "SCARD lq:{q}:waiters");
	other->code = fake_settle(&w, "q", &job, other->kind, other->ms, 42);
	fake_job_fini(&job);
	fake_end(&w);
	return NULL;
}

static void start_other(struct other *other, int kind, int64_t ms)
{
	*other = (struct other){ .kind = kind, .ms = ms };
	ck_assert_int_eq(pthread_create(&other->thread, NULL, settle_when_awaited, other), 0);
}

static void join_other(struct other *other)
{
	ck_assert_int_eq(pthread_join(other->thread, NULL), 0);
	ck_assert_int_eq(other->code, LQ_SETTLED);
}

static void assert_result(struct lq_job_info *info, int expected)
{
	int result = 0;

	ck_assert_int_eq(info->state, LQ_JOB_FINISHED);
	ck_assert_ptr_nonnull(info->result);
	ck_assert_int_eq(lq_unpack(info->result, "i", &result), 0);
	ck_assert_int_eq(result, expected);
}

START_TEST(for_a_job_that_ends_meanwhile)
{
	struct lq_job_info *info = NULL;
	struct other other;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	start_other(&other, LQ_SETTLE_FINISHED, 500000);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 30000, &info), 0);
	join_other(&other);
	ck_assert_str_eq(info->id, "j1");
	assert_result(info, 42);
	lq_job_info_free(info);
	/* It has ended: known at once, and again. */
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 0, &info), 0);
	assert_result(info, 42);
	lq_job_info_free(info);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, LQ_FOREVER, NULL), 0);
	ck_assert_int_eq(redis_int("EXISTS lq:{q}:waiters"), 0);
}
END_TEST

START_TEST(for_a_result_that_is_not_kept)
{
	struct lq_job_info *info = NULL;
	struct other other;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	start_other(&other, LQ_SETTLE_FINISHED, 0);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 30000, &info), 0);
	join_other(&other);
	assert_result(info, 42);
	lq_job_info_free(info);
	ck_assert_int_eq(redis_int("STRLEN lq:{q}:job:j1"), 21);
	/* What is left tells how it ended and no more. */
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 0, &info), 0);
	ck_assert_int_eq(info->state, LQ_JOB_FINISHED);
	ck_assert_ptr_null(info->result);
	lq_job_info_free(info);
}
END_TEST

START_TEST(enqueue_and_wait)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_job_info *info = NULL;
	struct other other;
	char id[LQ_ID_SIZE];

	how.queue = "q";
	start_other(&other, LQ_SETTLE_FINISHED, 0);
	ck_assert_int_eq(lq_enqueue_wait(lq, "send", NULL, &how, 30000, id, &info), 0);
	join_other(&other);
	ck_assert_str_eq(info->id, id);
	assert_result(info, 42);
	lq_job_info_free(info);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues q"), 1);
	how.id = id;
	info = NULL;
	ck_assert_int_eq(lq_enqueue_wait(lq, "send", NULL, &how, 30000, id, &info), LQ_DUPLICATE);
	ck_assert_ptr_null(info);
}
END_TEST

START_TEST(for_a_failed_job)
{
	struct lq_job_info *info = NULL;
	struct other other;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	start_other(&other, LQ_SETTLE_FAILED, 500000);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 30000, &info), 0);
	join_other(&other);
	ck_assert_int_eq(info->state, LQ_JOB_FAILED);
	ck_assert_str_eq(info->failure->kind, "rejected");
	ck_assert_str_eq(info->failure->message, "told to fail");
	lq_job_info_free(info);
}
END_TEST

START_TEST(not_yet)
{
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE] = "j1";
	int64_t start = clock_monotonic_ms();

	make_job("q", id);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 0, &info), LQ_TIMEOUT);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 300, &info), LQ_TIMEOUT);
	ck_assert_int_ge(clock_monotonic_ms() - start, 300);
	ck_assert_int_lt(clock_monotonic_ms() - start, 5000);
	ck_assert_ptr_null(info);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'j1'"));
	ck_assert_int_eq(state_of("q", id), LQ_JOB_QUEUED);

	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

	how.queue = "q";
	ck_assert_int_eq(lq_enqueue_wait(lq, "send", NULL, &how, 0, id, &info), LQ_TIMEOUT);
	ck_assert_int_eq(state_of("q", id), LQ_JOB_QUEUED);
}
END_TEST

START_TEST(not_found_and_refused)
{
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE] = "x";

	ck_assert_int_eq(lq_job_wait(lq, "q", "none", 10000, &info), LQ_NOT_FOUND);
	ck_assert_int_eq(lq_job_wait(lq, "q", "none", INT64_MAX, &info), LQ_NOT_FOUND);
	ck_assert_int_eq(lq_job_wait(lq, "q", "none", -2, &info), -EINVAL);
	ck_assert_int_eq(lq_job_wait(lq, "q", "a b", 0, &info), -EINVAL);
	ck_assert_int_eq(lq_job_wait(NULL, "q", "a", 0, &info), -ENOMEM);
	ck_assert_int_eq(lq_enqueue_wait(lq, "a b", NULL, NULL, 0, id, &info), -EINVAL);
	ck_assert_str_eq(id, "");
	ck_assert_int_eq(lq_enqueue_wait(lq, "ab", lq_pack("i", 1), NULL, -2, id, &info), -EINVAL);
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
}
END_TEST

struct killer {
	pthread_t thread;
	int n;
};

/* Breaks the connections of the clients that wait, then settles the job. */
static void *kill_and_settle(void *userdata)
{
	struct killer *killer = userdata;
	struct fake_worker w;
	struct fake_job job;

	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	for (int i = 0; i < killer->n; i++) {
		fake_await_blocked(&w, 1);
		fake_run(&w, "CLIENT KILL TYPE normal SKIPME yes");
	}
	fake_await_blocked(&w, 1);
	ck_assert_int_eq(fake_settle(&w, "q", &job, LQ_SETTLE_FINISHED, 0, 42), 1);
	fake_job_fini(&job);
	fake_end(&w);
	return NULL;
}

START_TEST(outlives_its_connection)
{
	struct lq_job_info *info = NULL;
	struct killer killer = { .n = 1 };
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	ck_assert_int_eq(pthread_create(&killer.thread, NULL, kill_and_settle, &killer), 0);

	int r = lq_job_wait(lq, "q", id, 60000, &info);

	ck_assert_int_eq(pthread_join(killer.thread, NULL), 0);
	ck_assert_msg(r == 0, "%d %s", r, lq_client_error(lq));
	assert_result(info, 42);
	lq_job_info_free(info);
}
END_TEST

START_TEST(server_gone_for_all_the_time)
{
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	redis_fixture_pause(&server);

	int64_t start = clock_monotonic_ms();
	int r = lq_job_wait(lq, "q", id, 400, &info);
	int64_t took = clock_monotonic_ms() - start;

	redis_fixture_continue(&server);
	ck_assert_int_eq(r, -ETIMEDOUT);
	ck_assert_int_ge(took, 400);
	ck_assert_int_lt(took, 4000);
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 0, &info), LQ_TIMEOUT);
}
END_TEST

START_TEST(foreign_type_changes_nothing)
{
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	redis_run("SET lq:{q}:meta foreign");

	uint64_t before = redis_digest();

	ck_assert_int_eq(lq_job_wait(lq, "q", id, 10000, &info), -EPROTO);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "WRONGTYPE"));
	ck_assert_uint_eq(redis_digest(), before);
}
END_TEST

START_TEST(deleted_meanwhile)
{
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE] = "j1";
	pid_t pid;

	make_job("q", id);
	pid = fork();
	if (pid == 0) {
		struct lq_client *own = lq_client_new();
		struct fake_worker w;

		fake_start(&w, "w1.0001");
		fake_await_blocked(&w, 1);
		int r = lq_client_open(own, server.url, NULL) || lq_job_delete(own, "q", "j1");

		fake_end(&w);
		lq_client_close(own);
		lq_client_close(lq);
		_exit(r);
	}
	ck_assert_int_eq(lq_job_wait(lq, "q", id, 30000, &info), LQ_NOT_FOUND);

	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

VERBS_MAIN("wait", for_a_job_that_ends_meanwhile, for_a_result_that_is_not_kept, enqueue_and_wait,
	   for_a_failed_job, not_yet, not_found_and_refused, outlives_its_connection,
	   server_gone_for_all_the_time, foreign_type_changes_nothing, deleted_meanwhile)
