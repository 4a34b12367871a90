/* SPDX-License-Identifier: MIT */
/* exchange: follow-up jobs, made with their parent's success or not at all. */
#include "envelope.h"
#include "exchange-rig.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_child(struct lq_exchange *x, size_t settle, const char *queue, const char *id,
		      const struct fake_job *like)
{
	const struct lq_child child = { .settle = settle,
					.queue = queue,
					.id = id,
					.envelope = like->record,
					.envelope_size = like->record_size };

	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
}

START_TEST(children_come_with_success_only)
{
	struct fake_worker w;
	struct fake_job jobs[3];
	struct lq_exchange *x;
	struct seen seen;
	struct lq_job_info *info = NULL;

	make_jobs("q", 3);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, 3), 3);
	x = exchange(&w, w.token);
	/* The groups turn the order around: failed, finished. */
	add_settle(x, &w, &jobs[0], LQ_SETTLE_FAILED, 1000);
	add_settle(x, &w, &jobs[1], LQ_SETTLE_FINISHED, 1000);
	add_settle(x, &w, &jobs[2], LQ_SETTLE_FAILED, 1000);
	add_child(x, 0, "q", "of-failed", &jobs[0]);
	add_child(x, 1, "other", "of-finished", &jobs[0]);
	add_child(x, 1, "q", "second", &jobs[0]);
	add_child(x, 1, "third", "third", &jobs[0]);
	add_child(x, 2, "other", "of-failed-2", &jobs[0]);
	seen = send_and_drive(x, &w);
	ck_assert_int_eq(seen.codes[1], LQ_SETTLED);
	ck_assert_int_eq(lq_job_find(lq, "q", "of-failed", &info), LQ_NOT_FOUND);
	ck_assert_int_eq(lq_job_find(lq, "other", "of-failed-2", &info), LQ_NOT_FOUND);
	ck_assert_int_eq(state_of("other", "of-finished"), LQ_JOB_QUEUED);
	ck_assert_int_eq(state_of("q", "second"), LQ_JOB_QUEUED);
	ck_assert_int_eq(state_of("third", "third"), LQ_JOB_QUEUED);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues other"), 1);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues third"), 1);
	/* Again: not twice. */
	seen = send_and_drive(x, &w);
	ck_assert_int_eq(seen.codes[1], LQ_SETTLED_ALREADY);
	ck_assert_int_eq(redis_int("LLEN lq:{other}:wait"), 1);
	lq_exchange_free(x);
	for (size_t i = 0; i < 3; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

START_TEST(children_wait_where_they_are_told_to)
{
	struct fake_worker w;
	struct fake_job job;
	struct lq_exchange *x;
	struct seen seen;

	make_jobs("q", 2);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	x = exchange(&w, w.token);
	add_settle(x, &w, &job, LQ_SETTLE_FINISHED, 1000);

	struct lq_child child = { .queue = "q",
				  .id = "late",
				  .envelope = job.record,
				  .envelope_size = job.record_size,
				  .delay_ms = 60000 };

	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
	child.queue = "other";
	child.delay_ms = 0;
	child.run_at_ms = LQ_TIME_MAX_MS;
	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
	child.queue = "q";
	child.id = "past";
	child.run_at_ms = 1;
	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
	child.run_at_ms = 0;
	child.front = true;
	child.id = "front1";
	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
	child.id = "front2";
	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
	lq_exchange_set_want(x, 10);
	seen = send_and_drive(x, &w);
	ck_assert_uint_eq(seen.n_jobs, 4);
	ck_assert_str_eq(seen.jobs[0].id, "front1");
	ck_assert_str_eq(seen.jobs[1].id, "front2");
	ck_assert_str_eq(seen.jobs[2].id, "q01");
	ck_assert_str_eq(seen.jobs[3].id, "past");
	ck_assert_int_eq(state_of("q", "late"), LQ_JOB_SCHEDULED);
	ck_assert_int_eq(redis_int("ZCOUNT lq:{q}:scheduled %" PRId64 " %" PRId64,
				   seen.now_ms + 60000, seen.now_ms + 60000),
			 1);
	ck_assert_int_eq(redis_int("ZCOUNT lq:{other}:scheduled %" PRId64 " %" PRId64,
				   (int64_t)LQ_TIME_MAX_MS, (int64_t)LQ_TIME_MAX_MS),
			 1);
	ck_assert_int_eq(redis_int("LLEN lq:{other}:wake"), 1); /* its sleepers look anew */
	lq_exchange_free(x);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

static void add_unique(struct lq_exchange *x, const char *queue, const char *id, const char *key,
		       int64_t ttl_ms)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_made_job made;
	char words[256];

	how.id = id;
	how.unique_key = key;
	ck_assert_int_eq(lq__job_make("send", NULL, &how, queue, 1, &made, words, sizeof(words)),
			 0);

	const struct lq_child child = { .queue = made.queue,
					.id = made.id,
					.envelope = made.envelope,
					.envelope_size = made.envelope_size,
					.unique_key = key,
					.unique_ttl_ms = ttl_ms };

	ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
	free(made.envelope);
}

static bool is_there(const char *queue, const char *id)
{
	return redis_int("EXISTS lq:{%s}:job:%s", queue, id) == 1;
}

/* By a job that runs on, by one that ends in this call, by one before it in this call. */
START_TEST(children_whose_key_is_taken_are_not_made)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct fake_worker w;
	struct fake_job jobs[2];
	struct lq_exchange *x;
	void *bytes;

	how.queue = "q";
	how.unique_key = "of-parent";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	how.unique_key = "of-other";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, 2), 2);
	x = exchange(&w, w.token);

	struct lq_settle settle = settle_of(&w, &jobs[0], LQ_SETTLE_FINISHED, 1000, &bytes);

	settle.unique_key = "of-parent";
	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	free(bytes);
	add_unique(x, "q", "free", "a", 0);
	add_unique(x, "q", "free-for-a-time", "b", 5000);
	add_unique(x, "q", "second", "a", 0);
	add_unique(x, "q", "taken", "of-other", 0);
	add_unique(x, "q", "successor", "of-parent", 0);
	add_unique(x, "elsewhere", "taken", "of-other", 0);
	ck_assert_int_eq(send_and_drive(x, &w).codes[0], LQ_SETTLED);
	ck_assert(is_there("q", "free"));
	ck_assert(is_there("q", "free-for-a-time"));
	ck_assert(!is_there("q", "second"));
	ck_assert(!is_there("q", "taken"));
	ck_assert(is_there("q", "successor"));
	ck_assert(is_there("elsewhere", "taken"));
	ck_assert_int_eq(redis_int("PTTL lq:{q}:lock:a"), -1);
	ck_assert_int_gt(redis_int("PTTL lq:{q}:lock:b"), 0);
	how.unique_key = "of-parent";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), LQ_LOCKED);
	ck_assert_int_eq(lq_job_cancel(lq, "q", "successor"), 0);
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	lq_exchange_free(x);
	for (size_t i = 0; i < 2; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

/* As many queues, and as many jobs for one of them, as fit: each in its list, zset and MSET. */
START_TEST(children_up_to_their_number)
{
	struct fake_worker w;
	struct fake_job job;
	struct lq_exchange *x;
	char queue[32], id[32];

	make_jobs("q", 2);
	fake_start(&w, "w1.0001");
	for (int round = 0; round < 2; round++) {
		ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);

		struct lq_child child = { .queue = queue,
					  .id = id,
					  .envelope = job.record,
					  .envelope_size = job.record_size };

		x = exchange(&w, w.token);
		add_settle(x, &w, &job, LQ_SETTLE_FINISHED, 1000);
		for (int i = 0; i < LQ_EXCHANGE_CHILDREN_MAX; i++) {
			(void)snprintf(queue, sizeof(queue), "many%d", round == 0 ? i : 0);
			(void)snprintf(id, sizeof(id), "c%d-%d", round, i);
			child.delay_ms = i % 2 ? 60000 : 0;
			ck_assert_int_eq(lq_exchange_add_child(x, &child), 0);
		}
		ck_assert_int_eq(lq_exchange_add_child(x, &child), -EMSGSIZE);
		ck_assert_uint_eq(lq_exchange_n_children(x), LQ_EXCHANGE_CHILDREN_MAX);
		ck_assert_int_eq(send_and_drive(x, &w).codes[0], LQ_SETTLED);
		lq_exchange_free(x);
		fake_job_fini(&job);
	}
	ck_assert_int_eq(redis_int("SCARD lq:queues"), 1 + LQ_EXCHANGE_CHILDREN_MAX);
	ck_assert_int_eq(state_of("many2998", "c0-2998"), LQ_JOB_QUEUED);
	ck_assert_int_eq(state_of("many2999", "c0-2999"), LQ_JOB_SCHEDULED);
	ck_assert_int_eq(redis_int("LLEN lq:{many0}:wait"), 1 + LQ_EXCHANGE_CHILDREN_MAX / 2);
	ck_assert_int_eq(redis_int("ZCARD lq:{many0}:scheduled"), LQ_EXCHANGE_CHILDREN_MAX / 2);
	fake_end(&w);
}
END_TEST

START_TEST(children_of_no_sense_are_refused_at_once)
{
	static char long_key[LQ_UNIQUE_KEY_MAX + 2];
	struct fake_worker w;
	struct fake_job job;
	struct lq_exchange *x;
	struct lq_child wrong[8];

	memset(long_key, 'k', sizeof(long_key) - 1);
	make_jobs("q", 1);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	x = exchange(&w, w.token);
	add_settle(x, &w, &job, LQ_SETTLE_FINISHED, 1000);
	for (size_t i = 0; i < 8; i++)
		wrong[i] = (struct lq_child){ .queue = "q",
					      .id = "c",
					      .envelope = job.record,
					      .envelope_size = job.record_size };
	wrong[0].settle = 1;
	wrong[1].queue = "a b";
	wrong[2].id = "";
	wrong[3].envelope_size--;
	wrong[4].delay_ms = -1;
	wrong[5].run_at_ms = LQ_TIME_MAX_MS + 1;
	wrong[6].unique_key = long_key;
	wrong[7].unique_ttl_ms = -1;
	for (size_t i = 0; i < 8; i++)
		ck_assert_int_eq(lq_exchange_add_child(x, &wrong[i]), -EINVAL);
	ck_assert_uint_eq(lq_exchange_n_children(x), 0);
	lq_exchange_free(x);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

VERBS_MAIN("exchange-children", children_come_with_success_only,
	   children_wait_where_they_are_told_to, children_whose_key_is_taken_are_not_made,
	   children_up_to_their_number, children_of_no_sense_are_refused_at_once)
