/* SPDX-License-Identifier: MIT */
/* A worker's name, and the worker as others see it. */
#include "clock.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNANSWERED 12345

static const char *const queues[] = { "a", "b" };

static void on_done(void *userdata, int error)
{
	ck_assert_int_eq(*(int *)userdata, UNANSWERED); /* once */
	*(int *)userdata = error;
}

static int claim_name(struct fake_worker *w, const char *name, const char *worker)
{
	int result = UNANSWERED;

	ck_assert_int_eq(lq_name_claim_send(w->conn, name, worker, 30000, on_done, &result), 0);
	fake_drive(w);
	return result;
}

START_TEST(a_name_has_one_owner)
{
	struct fake_worker w;
	int result = UNANSWERED;

	fake_start(&w, "w1.0001");
	ck_assert_int_eq(claim_name(&w, "w1", "w1.0001"), 0);
	ck_assert_int_eq(claim_name(&w, "w1", "w1.0001"), 0); /* its answer was lost */
	ck_assert_int_eq(claim_name(&w, "w1", "w1.0002"), LQ_LOCKED);
	ck_assert_int_gt(redis_int("PTTL lq:name:w1"), 20000);
	ck_assert_int_eq(lq_presence_remove_send(w.conn, "w1.0002", "w1", on_done, &result), 0);
	fake_drive(&w);
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(claim_name(&w, "w1", "w1.0002"), LQ_LOCKED);
	result = UNANSWERED;
	ck_assert_int_eq(lq_presence_remove_send(w.conn, "w1.0001", "w1", on_done, &result), 0);
	fake_drive(&w);
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(claim_name(&w, "w1", "w1.0002"), 0);
	ck_assert_int_eq(lq_name_claim_send(w.conn, "a b", "w1.1", 1, on_done, &result), -EINVAL);
	ck_assert_int_eq(lq_name_claim_send(w.conn, "w1", "w 1", 1, on_done, &result), -EINVAL);
	fake_end(&w);
}
END_TEST

static int be_present(struct fake_worker *w, struct lq_presence *presence)
{
	int result = UNANSWERED;

	ck_assert_int_eq(lq_presence_send(w->conn, presence, 30000, on_done, &result), 0);
	fake_drive(w);
	return result;
}

static struct lq_presence presence_of(const char *worker, const char *name)
{
	return (struct lq_presence){
		.worker = worker,
		.name = name,
		.host = "web1",
		.version = "0.1.0",
		.state = "busy",
		.queues = queues,
		.n_queues = 2,
		.pid = 4211,
		.started_at_ms = 1700000000000,
		.last_claim_ms = -1,
		.jobs_done = 77,
		.runners = 8,
		.busy = 3,
	};
}

START_TEST(presence_is_listed)
{
	struct lq_presence presence = presence_of("w2.0001", "w2");
	struct lq_workers list = { .n = 99 };
	struct fake_worker w;

	ck_assert_int_eq(lq_worker_list(lq, &list), 0);
	ck_assert_uint_eq(list.n, 0);
	lq_workers_free(&list);
	fake_start(&w, "w2.0001");
	ck_assert_int_eq(be_present(&w, &presence), 0);
	presence = presence_of("w1.0009", "w1");
	presence.last_claim_ms = 1700000000001;
	presence.n_queues = 0;
	ck_assert_int_eq(be_present(&w, &presence), 0);
	redis_run("ZADD lq:workers 5 gone.0001"); /* no hash any more */
	redis_run("ZADD lq:workers 5 not/ours");
	redis_run("ZADD lq:workers 5 odd.0001");
	redis_run("SET lq:worker:odd.0001 foreign");
	ck_assert_int_eq(lq_worker_list(lq, &list), 0);
	ck_assert_uint_eq(list.n, 2);
	ck_assert_str_eq(list.workers[0].name, "w1");
	ck_assert_int_eq(list.workers[0].last_claim_ms, 1700000000001);
	ck_assert_uint_eq(list.workers[0].n_queues, 0);

	const struct lq_worker_info *info = &list.workers[1];

	ck_assert_str_eq(info->name, "w2");
	ck_assert_str_eq(info->host, "web1");
	ck_assert_str_eq(info->version, "0.1.0");
	ck_assert_str_eq(info->state, "busy");
	ck_assert_uint_eq(info->n_queues, 2);
	ck_assert_str_eq(info->queues[0], "a");
	ck_assert_str_eq(info->queues[1], "b");
	ck_assert_int_eq(info->pid, 4211);
	ck_assert_int_eq(info->runners, 8);
	ck_assert_int_eq(info->busy, 3);
	ck_assert_int_eq(info->jobs_done, 77);
	ck_assert_int_eq(info->last_claim_ms, -1);
	ck_assert_int_eq(info->started_at_ms, 1700000000000);
	ck_assert_int_gt(info->lease_left_ms, 20000);
	ck_assert_int_le(info->lease_left_ms, 30000);
	lq_workers_free(&list);
	lq_workers_free(&list);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues b"), 1);
	ck_assert_int_eq(lq_worker_list(lq, NULL), -EINVAL);
	fake_end(&w);
}
END_TEST

START_TEST(presence_renews_the_name)
{
	struct lq_presence presence = presence_of("w1.0001", "w1");
	struct fake_worker w;

	fake_start(&w, "w1.0001");
	/* Lost, it is taken again. */
	ck_assert_int_eq(be_present(&w, &presence), 0);
	ck_assert_int_eq(redis_int("STRLEN lq:name:w1"), 7);
	redis_run("PEXPIRE lq:name:w1 5000");
	ck_assert_int_eq(be_present(&w, &presence), 0);
	ck_assert_int_gt(redis_int("PTTL lq:name:w1"), 20000);
	redis_run("SET lq:name:w1 w1.0002 PX 5000");
	ck_assert_int_eq(be_present(&w, &presence), LQ_LOCKED);
	ck_assert_int_le(redis_int("PTTL lq:name:w1"), 5000);
	ck_assert_int_eq(redis_int("ZCARD lq:workers"), 1);
	/* Those who were not heard of for an hour are forgotten. */
	redis_run("ZADD lq:workers 5 gone.0001 6 gone.0002");
	redis_run("DEL lq:name:w1");
	ck_assert_int_eq(be_present(&w, &presence), 0);
	ck_assert_int_eq(redis_int("ZCARD lq:workers"), 1);
	redis_run("DEL lq:workers");
	redis_run("SET lq:workers foreign");
	ck_assert_int_eq(be_present(&w, &presence), -EPROTO);
	fake_end(&w);
}
END_TEST

START_TEST(broken_connection_answers_once)
{
	struct lq_presence presence = presence_of("w1.0001", "w1");
	struct fake_worker w;
	int result = UNANSWERED;

	fake_start(&w, "w1.0001");
	ck_assert_int_eq(lq_presence_send(w.conn, &presence, 30000, on_done, &result), 0);
	lq_conn_close(w.conn);
	ck_assert_int_eq(result, -ECONNRESET);
	ck_assert_int_eq(lq_presence_send(w.conn, &presence, 30000, on_done, &result), -ENOTCONN);
	fake_end(&w);
}
END_TEST

VERBS_MAIN("presence", a_name_has_one_owner, presence_is_listed, presence_renews_the_name,
	   broken_connection_answers_once)
