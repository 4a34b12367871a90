/* SPDX-License-Identifier: MIT */
/* One job from outside: find, cancel, requeue, stop, delete, and records that
 * are not ours. */
#include "verbs-fixture.h"

#include "script-call.h"
#include "worker-protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int (*verb_fn)(struct lq_client *client, const char *queue, const char *id);

static const verb_fn verbs[] = { lq_job_cancel, lq_job_requeue, lq_job_stop, lq_job_delete };

static void claim_one(struct fake_worker *w, struct fake_job *job)
{
	fake_start(w, "w1.0001");
	ck_assert_uint_eq(fake_claim(w, "q", job, 1), 1);
}

START_TEST(find_tells_of_a_waiting_job)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE];
	int n;

	how.queue = "q";
	how.description = "to Ada";
	how.timeout_ms = 7000;
	how.max_attempts = 3;
	how.delay_ms = 60000;
	ck_assert_int_eq(lq_enqueue(lq, "send", lq_pack("{s:i}", "n", 5), &how, id), 0);
	ck_assert_int_eq(lq_job_find(lq, "q", id, &info), 0);
	ck_assert_str_eq(info->id, id);
	ck_assert_str_eq(info->queue, "q");
	ck_assert_str_eq(info->handler, "send");
	ck_assert_str_eq(info->description, "to Ada");
	ck_assert_int_eq(info->state, LQ_JOB_SCHEDULED);
	ck_assert_int_eq(info->timeout_ms, 7000);
	ck_assert_int_eq(info->max_attempts, 3);
	ck_assert_int_eq(info->attempt, 1);
	ck_assert_int_ge(info->due_at_ms, info->created_at_ms + 60000 - 5000);
	ck_assert_int_eq(info->started_at_ms, -1);
	ck_assert_int_eq(info->expires_at_ms, -1);
	ck_assert_ptr_null(info->worker);
	ck_assert_int_eq(lq_unpack(info->args, "{s:i}", "n", &n), 0);
	ck_assert_int_eq(n, 5);
	lq_job_info_free(info);
}
END_TEST

START_TEST(find_tells_of_a_started_and_a_finished_job)
{
	struct lq_job_info *info = NULL;
	struct fake_worker w;
	struct fake_job job;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	claim_one(&w, &job);
	ck_assert_int_eq(lq_job_find(lq, "q", id, &info), 0);
	ck_assert_int_eq(info->state, LQ_JOB_STARTED);
	ck_assert_str_eq(info->worker, "w1");
	ck_assert_uint_eq(info->claim, job.token);
	ck_assert_int_eq(info->started_at_ms, (int64_t)(job.token / 1024));
	lq_job_info_free(info);
	ck_assert_int_eq(fake_settle(&w, "q", &job, LQ_SETTLE_FINISHED, 500000, 42), 1);
	ck_assert_int_eq(lq_job_find(lq, "q", id, &info), 0);
	ck_assert_int_eq(info->state, LQ_JOB_FINISHED);
	ck_assert_int_eq(info->attempt, 1);

	int result;

	ck_assert_int_eq(lq_unpack(info->result, "i", &result), 0);
	ck_assert_int_eq(result, 42);
	ck_assert_int_gt(info->expires_at_ms, info->ended_at_ms);
	ck_assert_str_eq(info->worker, "w1");
	lq_job_info_free(info);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

START_TEST(no_such_job)
{
	struct lq_job_info *info = NULL;

	ck_assert_int_eq(lq_job_find(lq, "q", "none", &info), LQ_NOT_FOUND);
	ck_assert_ptr_null(info);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'none'"));
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		ck_assert_int_eq(verbs[i](lq, "q", "none"), LQ_NOT_FOUND);
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
}
END_TEST

START_TEST(wrong_arguments)
{
	struct lq_job_info *info = NULL;
	char long_id[LQ_ID_MAX + 2];

	memset(long_id, 'i', sizeof(long_id));
	long_id[LQ_ID_MAX + 1] = '\0';
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		ck_assert_int_eq(verbs[i](NULL, "q", "id"), -ENOMEM);
		ck_assert_int_eq(verbs[i](lq, NULL, "id"), -EINVAL);
		ck_assert_int_eq(verbs[i](lq, "", "id"), -EINVAL);
		ck_assert_int_eq(verbs[i](lq, "q", NULL), -EINVAL);
		ck_assert_int_eq(verbs[i](lq, "q", "a b"), -EINVAL);
		ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'a b'"));
		ck_assert_int_eq(verbs[i](lq, "q", long_id), -EINVAL);
		ck_assert_int_eq(verbs[i](lq, "{q}", "id"), -EINVAL);
	}
	ck_assert_int_eq(lq_job_find(lq, "q", "id", NULL), -EINVAL);
	ck_assert_int_eq(lq_job_find(lq, "q", "-id", &info), -EINVAL);
	long_id[LQ_ID_MAX] = '\0';
	ck_assert_int_eq(lq_job_find(lq, "q", long_id, &info), LQ_NOT_FOUND);
}
END_TEST

START_TEST(cancel_and_requeue)
{
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	ck_assert_int_eq(lq_job_requeue(lq, "q", id), LQ_WRONG_STATE);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "queued"));
	ck_assert_int_eq(lq_job_cancel(lq, "q", id), 0);
	ck_assert_int_eq(state_of("q", id), LQ_JOB_CANCELED);
	ck_assert_int_gt(redis_int("PTTL lq:{q}:job:j1"), LQ_DEFAULT_CANCELED_TTL_MS - 60000);
	ck_assert_int_eq(lq_job_cancel(lq, "q", id), LQ_WRONG_STATE);
	ck_assert_int_eq(lq_job_requeue(lq, "q", id), 0);
	ck_assert_int_eq(state_of("q", id), LQ_JOB_QUEUED);
	ck_assert_int_eq(redis_int("PTTL lq:{q}:job:j1"), -1);
}
END_TEST

START_TEST(requeue_finds_the_key_taken)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	char first[LQ_ID_SIZE];

	how.queue = "q";
	how.unique_key = "k";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, first), 0);
	ck_assert_int_eq(lq_job_cancel(lq, "q", first), 0);
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	ck_assert_int_eq(lq_job_requeue(lq, "q", first), LQ_LOCKED);
	ck_assert_int_eq(state_of("q", first), LQ_JOB_CANCELED);
}
END_TEST

START_TEST(started_job)
{
	struct fake_worker w;
	struct fake_job job;
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	ck_assert_int_eq(lq_job_stop(lq, "q", id), LQ_WRONG_STATE);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "queued"));
	claim_one(&w, &job);
	ck_assert_int_eq(lq_job_cancel(lq, "q", id), LQ_WRONG_STATE);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "started"));
	ck_assert_int_eq(lq_job_delete(lq, "q", id), LQ_WRONG_STATE);
	ck_assert_int_eq(lq_job_requeue(lq, "q", id), LQ_WRONG_STATE);
	ck_assert_int_eq(lq_job_stop(lq, "q", id), 0);
	ck_assert_int_eq(redis_int("LLEN lq:{q}:ctl:w1.0001"), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &job, LQ_SETTLE_RETRY, 1000, -1),
			 LQ_SETTLED_AS_STOPPED);
	ck_assert_int_eq(state_of("q", id), LQ_JOB_STOPPED);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

START_TEST(delete_leaves_nothing)
{
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	ck_assert_int_eq(lq_job_delete(lq, "q", id), 0);
	ck_assert_int_eq(lq_job_delete(lq, "q", id), LQ_NOT_FOUND);
	ck_assert_int_eq(redis_int("EXISTS lq:{q}:job:j1"), 0);

	struct lq_queue_counts counts;

	ck_assert_int_eq(lq_queue_stats(lq, "q", &counts), 0);
	ck_assert_int_eq(counts.queued, 0);
}
END_TEST

START_TEST(damaged_record)
{
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE] = "j1";
	uint64_t before;

	make_job("q", id);
	redis_run("SETRANGE lq:{q}:job:j1 1 zzzzz");
	before = redis_digest();
	ck_assert_int_eq(lq_job_find(lq, "q", id, &info), -EPROTO);
	ck_assert_ptr_null(info);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'j1'"));
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'q'"));
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "damaged"));
	ck_assert_uint_eq(redis_digest(), before);
	redis_run("SET lq:{q}:job:j2 hello");
	ck_assert_int_eq(lq_job_find(lq, "q", "j2", &info), -EPROTO);
	ck_assert_int_eq(lq_job_delete(lq, "q", "j1"), 0);
	ck_assert_int_eq(lq_job_find(lq, "q", "j1", &info), LQ_NOT_FOUND);
}
END_TEST

/* Whichever of a queue's keys is another's: the verb does not stop half-way. */
START_TEST(foreign_types)
{
	static const char *const keys[] = { "meta", "wait", "ghosts", "scheduled", "canceled" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char id[LQ_ID_SIZE] = "j1";

		redis_run("FLUSHALL");
		make_job("q", id);
		redis_run("DEL lq:{q}:%s", keys[i]);
		redis_run("SET lq:{q}:%s foreign", keys[i]);

		uint64_t before = redis_digest();

		ck_assert_int_eq(lq_job_cancel(lq, "q", id), -EPROTO);
		ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "WRONGTYPE"));
		ck_assert_msg(redis_digest() == before, "cancel, %s", keys[i]);
		if (!strcmp(keys[i], "canceled"))
			continue;
		ck_assert_int_eq(lq_job_delete(lq, "q", id), -EPROTO);
		ck_assert_msg(redis_digest() == before, "delete, %s", keys[i]);
	}
}
END_TEST

START_TEST(after_fork)
{
	char id[LQ_ID_SIZE] = "j1";

	make_job("q", id);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		pid_t pid = fork();

		if (pid == 0) {
			int r = verbs[i](lq, "q", "j1");

			lq_client_close(lq);
			_exit(r == -ECHILD ? 0 : 1);
		}

		int status;

		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_int_eq(state_of("q", id), LQ_JOB_QUEUED);
}
END_TEST

VERBS_MAIN("job", find_tells_of_a_waiting_job, find_tells_of_a_started_and_a_finished_job,
	   no_such_job, wrong_arguments, cancel_and_requeue, requeue_finds_the_key_taken,
	   started_job, delete_leaves_nothing, damaged_record, foreign_types, after_fork)
