/* SPDX-License-Identifier: MIT */
/* exchange: claim and settle in one, groups, codes in the order of adding, children, limits. */
#include "envelope.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 12

struct seen {
	int error;
	enum lq_settle_code codes[LQ_EXCHANGE_MAX];
	size_t n_codes, n_jobs, n_queues, n_held[64];
	struct fake_job jobs[LQ_EXCHANGE_MAX];
	size_t queues[LQ_EXCHANGE_MAX]; /* of the jobs */
	int64_t next_ms, now_ms;
};

static void on_reply(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	struct seen *seen = userdata;

	*seen = (struct seen){ .error = error };
	if (error)
		return;
	seen->n_codes = reply->n_codes;
	memcpy(seen->codes, reply->codes, reply->n_codes * sizeof(*reply->codes));
	seen->n_queues = reply->n_queues;
	memcpy(seen->n_held, reply->n_held, reply->n_queues * sizeof(*reply->n_held));
	seen->n_jobs = reply->n_jobs;
	for (size_t i = 0; i < reply->n_jobs; i++) {
		seen->queues[i] = reply->jobs[i].queue;
		seen->jobs[i].token = reply->jobs[i].token;
		memcpy(seen->jobs[i].id, reply->jobs[i].id, strlen(reply->jobs[i].id) + 1);
	}
	seen->next_ms = reply->next_ms;
	seen->now_ms = reply->now_ms;
}

static struct seen send_and_drive(struct lq_exchange *x, struct fake_worker *w)
{
	struct seen seen = { .error = 1 };

	ck_assert_int_eq(lq_exchange_send(x, w->conn, on_reply, &seen), 0);
	fake_drive(w);
	ck_assert_int_eq(seen.error, 0);
	return seen;
}

/* An entry that settles; the caller frees it. */
static struct lq_settle settle_of(const struct fake_worker *w, const struct fake_job *job, int kind,
				  int64_t ms, void **ret_bytes)
{
	static const enum lq_entry_kind kinds[] = { LQ_ENTRY_FINISHED, LQ_ENTRY_FAILED,
						    LQ_ENTRY_STOPPED,  LQ_ENTRY_CANCELED,
						    LQ_ENTRY_RETRY,    LQ_ENTRY_SNOOZE,
						    LQ_ENTRY_UNKNOWN,  LQ_ENTRY_RETURN };
	const struct lq_entry entry = {
		.kind = kinds[kind],
		.when_ms = 1,
		.worker = w->id,
		.token = job->token,
		.attempts = 1,
		.timeout_ms = 1000,
		.max_attempts = 1,
	};
	struct lq_settle settle = { .kind = (enum lq_settle_kind)kind,
				    .id = job->id,
				    .token = job->token,
				    .mode = 'a',
				    .ms = ms };

	ck_assert_int_eq(lq_entry_encode(&entry, ret_bytes, &settle.size), 0);
	settle.bytes = *ret_bytes;
	return settle;
}

static void add_settle(struct lq_exchange *x, const struct fake_worker *w,
		       const struct fake_job *job, int kind, int64_t ms)
{
	void *bytes;
	struct lq_settle settle = settle_of(w, job, kind, ms, &bytes);

	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	free(bytes); /* it was copied */
}

static struct lq_exchange *exchange(const struct fake_worker *w, uint64_t token)
{
	struct lq_exchange *x = lq_exchange_new(w->id, w->lease_ms);

	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(lq_exchange_add_queue(x, "q", token), 0);
	return x;
}

static void make_jobs(const char *queue, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char id[LQ_ID_SIZE];

		(void)snprintf(id, sizeof(id), "%s%02zu", queue, i);
		make_job(queue, id);
	}
}

START_TEST(claims_in_order_of_priority)
{
	struct fake_worker w;
	struct lq_exchange *x;
	struct seen seen;

	make_jobs("high", 2);
	make_jobs("low", 5);
	fake_start(&w, "w1.0001");
	x = lq_exchange_new(w.id, w.lease_ms);
	ck_assert_int_eq(lq_exchange_add_queue(x, "none", 0), 0);
	ck_assert_int_eq(lq_exchange_add_queue(x, "high", 0), 0);
	ck_assert_int_eq(lq_exchange_add_queue(x, "low", 0), 0);
	lq_exchange_set_want(x, 4);
	seen = send_and_drive(x, &w);
	ck_assert_uint_eq(seen.n_jobs, 4);
	ck_assert_str_eq(seen.jobs[0].id, "high00");
	ck_assert_str_eq(seen.jobs[1].id, "high01");
	ck_assert_str_eq(seen.jobs[2].id, "low00");
	ck_assert_str_eq(seen.jobs[3].id, "low01");
	ck_assert_uint_eq(seen.queues[1], 1);
	ck_assert_uint_eq(seen.queues[3], 2);
	ck_assert_uint_eq(seen.n_queues, 3);
	ck_assert_uint_eq(seen.n_held[0], 0);
	ck_assert_uint_eq(seen.n_held[1], 2);
	ck_assert_uint_eq(seen.n_held[2], 2);
	ck_assert_int_gt(seen.now_ms, 0);
	ck_assert_int_gt(seen.next_ms, 0); /* its own leases' end */
	ck_assert_int_le(seen.next_ms, w.lease_ms);
	ck_assert_uint_eq(lq_exchange_n_settles(x), 0);
	lq_exchange_free(x);
	fake_end(&w);
}
END_TEST

/* Kinds and times mixed so that the groups are not in the order of adding. */
START_TEST(codes_are_in_the_order_of_adding)
{
	static const int kinds[] = { LQ_SETTLE_FINISHED, LQ_SETTLE_RETRY, LQ_SETTLE_FAILED,
				     LQ_SETTLE_RETURN };
	struct fake_worker w;
	struct fake_job jobs[N];
	struct lq_exchange *x;
	struct seen seen;

	make_jobs("q", N);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, N), N);
	ck_assert_int_eq(fake_settle(&w, "q", &jobs[5], LQ_SETTLE_RETRY, 1000, -1), 1);
	jobs[3].token++; /* never handed out */
	x = exchange(&w, w.token);
	for (size_t i = 0; i < N; i++)
		add_settle(x, &w, &jobs[i], kinds[i % 4],
			   kinds[i % 4] == LQ_SETTLE_RETURN ? 0 : 1000);
	ck_assert_uint_eq(lq_exchange_n_settles(x), N);
	seen = send_and_drive(x, &w);
	ck_assert_uint_eq(seen.n_codes, N);
	for (size_t i = 0; i < N; i++)
		ck_assert_int_eq(seen.codes[i], i == 3   ? LQ_SETTLED_NOT_YOURS
						: i == 5 ? LQ_SETTLED_ALREADY
							 : LQ_SETTLED);
	ck_assert_uint_eq(seen.n_held[0], 1);
	ck_assert_int_eq(state_of("q", "q00"), LQ_JOB_FINISHED);
	ck_assert_int_eq(state_of("q", "q01"), LQ_JOB_SCHEDULED);
	ck_assert_int_eq(state_of("q", "q02"), LQ_JOB_FAILED);
	ck_assert_int_eq(state_of("q", "q03"), LQ_JOB_STARTED);
	ck_assert_int_eq(state_of("q", "q07"), LQ_JOB_QUEUED);
	/* The same once more: nothing changes. */
	seen = send_and_drive(x, &w);
	for (size_t i = 0; i < N; i++)
		ck_assert_int_eq(seen.codes[i], i == 3 ? LQ_SETTLED_NOT_YOURS : LQ_SETTLED_ALREADY);
	lq_exchange_free(x);
	for (size_t i = 0; i < N; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

START_TEST(a_hundred_at_once)
{
	struct fake_worker w;
	struct fake_job jobs[LQ_EXCHANGE_MAX];
	struct lq_exchange *x;
	struct seen seen;

	make_jobs("q", 150);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, 1000), LQ_EXCHANGE_MAX);
	x = exchange(&w, w.token);
	for (size_t i = 0; i < 60; i++)
		add_settle(x, &w, &jobs[i], LQ_SETTLE_FINISHED, 1000);
	lq_exchange_set_want(x, 100);
	seen = send_and_drive(x, &w);
	ck_assert_uint_eq(seen.n_codes, 60);
	ck_assert_uint_eq(seen.n_jobs, 40);
	ck_assert_uint_eq(seen.n_held[0], 80);
	for (size_t i = 60; i < 100; i++)
		add_settle(x, &w, &jobs[i], LQ_SETTLE_FINISHED, 1000);

	void *bytes;
	struct lq_settle one_more = settle_of(&w, &jobs[0], LQ_SETTLE_FINISHED, 1, &bytes);

	ck_assert_int_eq(lq_exchange_add_settle(x, &one_more), -EMSGSIZE);
	free(bytes);
	seen = send_and_drive(x, &w);
	ck_assert_uint_eq(seen.n_codes, 100);
	ck_assert_int_eq(seen.codes[99], LQ_SETTLED);
	ck_assert_uint_eq(seen.n_jobs, 0);
	lq_exchange_free(x);
	for (size_t i = 0; i < LQ_EXCHANGE_MAX; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

START_TEST(lost_reply_is_given_again)
{
	struct fake_worker w;
	struct fake_job jobs[3], again[3];

	make_jobs("q", 5);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, 2), 2);
	w.token = 0; /* as if the reply had not come */
	ck_assert_uint_eq(fake_claim(&w, "q", again, 3), 3);
	ck_assert_str_eq(again[0].id, jobs[0].id);
	ck_assert_uint_eq(again[0].token, jobs[0].token);
	ck_assert_str_eq(again[2].id, "q02");
	for (size_t i = 0; i < 2; i++)
		fake_job_fini(&jobs[i]);
	for (size_t i = 0; i < 3; i++)
		fake_job_fini(&again[i]);
	fake_end(&w);
}
END_TEST

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

START_TEST(unique_keys_are_given_back)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct fake_worker w;
	struct fake_job job;
	struct lq_exchange *x;
	void *bytes;

	how.queue = "q";
	how.unique_key = "k";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	fake_start(&w, "w1.0001");
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), LQ_LOCKED);
	x = exchange(&w, w.token);

	struct lq_settle settle = settle_of(&w, &job, LQ_SETTLE_FINISHED, 1000, &bytes);

	settle.unique_key = "k";
	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	free(bytes);
	ck_assert_int_eq(send_and_drive(x, &w).codes[0], LQ_SETTLED);
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	lq_exchange_free(x);
	fake_job_fini(&job);
	fake_end(&w);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused_at_once)
{
	struct fake_worker w;
	struct fake_job job = { .id = "j1", .token = 5 };
	struct lq_exchange *x;
	struct lq_child child = { .queue = "q", .id = "c", .envelope = "x", .envelope_size = 1 };
	void *bytes;

	fake_start(&w, "w1.0001");
	x = lq_exchange_new(w.id, w.lease_ms);
	ck_assert_int_eq(lq_exchange_send(x, w.conn, on_reply, NULL), -EINVAL);
	ck_assert_int_eq(lq_exchange_add_queue(x, "a b", 0), -EINVAL);
	for (int i = 0; i < 64; i++) {
		char queue[32];

		(void)snprintf(queue, sizeof(queue), "q%d", i);
		ck_assert_int_eq(lq_exchange_add_queue(x, queue, 0), 0);
	}
	ck_assert_int_eq(lq_exchange_add_queue(x, "q7", 0), -EMSGSIZE);
	ck_assert_uint_eq(send_and_drive(x, &w).n_queues, 64);
	lq_exchange_free(x);

	x = exchange(&w, 0);
	ck_assert_int_eq(lq_exchange_add_queue(x, "q", 0), -EINVAL);

	const struct lq_settle sound = settle_of(&w, &job, LQ_SETTLE_FINISHED, 1000, &bytes);
	struct lq_settle wrong[9];

	for (size_t i = 0; i < 9; i++)
		wrong[i] = sound;
	wrong[0].queue = 1;
	wrong[1].id = "a b";
	wrong[2].mode = 'x';
	wrong[3].kind = LQ_SETTLE_FAILED; /* the entry says finished */
	wrong[4].size = 20;
	wrong[5].ms = -2;
	wrong[6].ms = 0; /* not a tombstone */
	wrong[7].bytes = NULL;
	wrong[8].id = NULL;
	for (size_t i = 0; i < 9; i++)
		ck_assert_int_eq(lq_exchange_add_settle(x, &wrong[i]), -EINVAL);
	ck_assert_int_eq(lq_exchange_add_child(x, &child), -EINVAL);
	ck_assert_int_eq(lq_exchange_add_settle(x, &sound), 0);
	ck_assert_int_eq(lq_exchange_add_queue(x, "late", 0), -EINVAL);
	child.queue = NULL;
	ck_assert_int_eq(lq_exchange_add_child(x, &child), -EINVAL);
	ck_assert_uint_gt(lq_exchange_size(x), sound.size);
	lq_exchange_free(x);
	lq_exchange_free(NULL);
	free(bytes);
	fake_end(&w);
}
END_TEST

static void count_error(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	ck_assert_int_eq(error, *(int *)userdata);
	ck_assert_ptr_null(reply);
	*(int *)userdata = 0;
}

START_TEST(broken_connection_answers_once)
{
	struct fake_worker w;
	struct lq_exchange *x;
	int expected = -ECONNRESET;

	fake_start(&w, "w1.0001");
	x = exchange(&w, 0);
	ck_assert_int_eq(lq_exchange_send(x, w.conn, count_error, &expected), 0);
	lq_conn_close(w.conn);
	ck_assert_int_eq(expected, 0);
	ck_assert_int_eq(lq_exchange_send(x, w.conn, count_error, &expected), -ENOTCONN);
	ck_assert_int_eq(lq_conn_connect(w.conn), 0);
	ck_assert_int_eq(send_and_drive(x, &w).error, 0);
	lq_exchange_free(x);
	fake_end(&w);
}
END_TEST

START_TEST(foreign_type_is_an_error)
{
	struct fake_worker w;
	struct lq_exchange *x;
	int expected = -EPROTO;

	redis_run("SET lq:{q}:wait foreign");
	fake_start(&w, "w1.0001");
	x = exchange(&w, 0);
	lq_exchange_set_want(x, 1);
	ck_assert_int_eq(lq_exchange_send(x, w.conn, count_error, &expected), 0);
	fake_drive(&w);
	ck_assert_int_eq(expected, 0);
	ck_assert_int_eq(redis_int("DBSIZE"), 1);
	lq_exchange_free(x);
	fake_end(&w);
}
END_TEST

VERBS_MAIN("exchange", claims_in_order_of_priority, codes_are_in_the_order_of_adding,
	   a_hundred_at_once, lost_reply_is_given_again, children_come_with_success_only,
	   children_wait_where_they_are_told_to, children_whose_key_is_taken_are_not_made,
	   children_up_to_their_number, children_of_no_sense_are_refused_at_once,
	   unique_keys_are_given_back, what_makes_no_sense_is_refused_at_once,
	   broken_connection_answers_once, foreign_type_is_an_error)
