/* SPDX-License-Identifier: MIT */
/* exchange: claim and settle in one, groups, codes in the order of adding, limits. */
#include "envelope.h"
#include "exchange-rig.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 12

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
	ck_assert_int_eq(lq_exchange_send(x, w.conn, take_exchange, NULL), -EINVAL);
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
	   a_hundred_at_once, lost_reply_is_given_again, unique_keys_are_given_back,
	   what_makes_no_sense_is_refused_at_once, broken_connection_answers_once,
	   foreign_type_is_an_error)
