/* SPDX-License-Identifier: MIT */
/* The other verbs of a worker: reap, held, wake, and the server's kind. (Its presence:
 * test-presence.c.) */
#include "clock.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNANSWERED 12345

struct reaped {
	int error;
	struct lq_reap_reply reply;
};

static void on_reap(void *userdata, int error, const struct lq_reap_reply *reply)
{
	struct reaped *reaped = userdata;

	reaped->error = error;
	if (reply)
		reaped->reply = *reply;
}

static struct lq_reap_reply reap(struct fake_worker *w, const char *queue, unsigned int max_lost)
{
	struct reaped reaped = { .error = UNANSWERED };

	ck_assert_int_eq(lq_reap_send(w->conn, queue, max_lost, 60000, on_reap, &reaped), 0);
	fake_drive(w);
	ck_assert_int_eq(reaped.error, 0);
	return reaped.reply;
}

static void make_jobs(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char id[LQ_ID_SIZE];

		(void)snprintf(id, sizeof(id), "j%03zu", i);
		make_job("q", id);
	}
}

/* Claims n jobs for a worker whose lease is over at once. */
static void claim_and_die(const char *id, size_t n)
{
	struct fake_worker w;

	fake_start(&w, id);
	w.lease_ms = 1;
	for (size_t got = 0; got < n;) {
		struct fake_job jobs[LQ_EXCHANGE_MAX];
		size_t more = fake_claim(&w, "q", jobs, n - got);

		ck_assert_uint_gt(more, 0);
		got += more;
		for (size_t i = 0; i < more; i++)
			fake_job_fini(&jobs[i]);
	}
	fake_end(&w);
}

START_TEST(reaps_in_steps)
{
	struct fake_worker w;
	struct lq_reap_reply reply;

	make_jobs(250);
	claim_and_die("dead.0001", 250);
	fake_start(&w, "w1.0001");
	do {
		reply = reap(&w, "q", 10);
	} while (reply.n_returned == 0);
	ck_assert_uint_eq(reply.n_returned, 200);
	ck_assert(reply.more);
	reply = reap(&w, "q", 10);
	ck_assert_uint_eq(reply.n_returned, 50);
	ck_assert_uint_eq(reply.n_ended, 0);
	ck_assert(!reply.more);
	reply = reap(&w, "q", 10);
	ck_assert_uint_eq(reply.n_returned, 0);
	ck_assert_int_eq(state_of("q", "j000"), LQ_JOB_QUEUED);
	fake_end(&w);
}
END_TEST

START_TEST(lost_too_often_is_failed)
{
	struct fake_worker w;
	struct lq_reap_reply reply;
	struct lq_job_info *info;

	make_jobs(1);
	fake_start(&w, "w1.0001");
	for (unsigned int losses = 1; losses <= 3; losses++) {
		claim_and_die("dead.0001", 1);
		do {
			reply = reap(&w, "q", 3);
		} while (reply.n_returned + reply.n_ended == 0);
		ck_assert_uint_eq(reply.n_ended, losses == 3);
	}
	ck_assert_int_eq(lq_job_find(lq, "q", "j000", &info), 0);
	ck_assert_int_eq(info->state, LQ_JOB_FAILED);
	ck_assert_str_eq(info->failure->kind, "lost");
	ck_assert_int_eq(info->losses, 3);
	lq_job_info_free(info);
	fake_end(&w);
}
END_TEST

struct holding {
	int error;
	size_t n;
	uint64_t first_token;
	char first_id[LQ_ID_SIZE];
};

static void on_held(void *userdata, int error, const struct lq_held *held, size_t n)
{
	struct holding *holding = userdata;

	holding->error = error;
	holding->n = n;
	if (n) {
		holding->first_token = held[0].token;
		memcpy(holding->first_id, held[0].id, strlen(held[0].id) + 1);
	}
}

START_TEST(held_tells_what_it_holds)
{
	struct fake_worker w;
	struct fake_job jobs[3];
	struct holding holding = { .error = UNANSWERED };

	make_jobs(3);
	fake_start(&w, "w1.0001");
	ck_assert_int_eq(lq_held_send(w.conn, "q", w.id, on_held, &holding), 0);
	fake_drive(&w);
	ck_assert_int_eq(holding.error, 0);
	ck_assert_uint_eq(holding.n, 0);
	ck_assert_uint_eq(fake_claim(&w, "q", jobs, 3), 3);
	ck_assert_int_eq(lq_held_send(w.conn, "q", w.id, on_held, &holding), 0);
	fake_drive(&w);
	ck_assert_uint_eq(holding.n, 3);
	ck_assert_str_eq(holding.first_id, jobs[0].id);
	ck_assert_uint_eq(holding.first_token, jobs[0].token);
	redis_run("DEL lq:{q}:held:w1.0001");
	redis_run("SET lq:{q}:held:w1.0001 foreign");
	ck_assert_int_eq(lq_held_send(w.conn, "q", w.id, on_held, &holding), 0);
	fake_drive(&w);
	ck_assert_int_eq(holding.error, -EPROTO);
	ck_assert_uint_eq(holding.n, 0);
	for (size_t i = 0; i < 3; i++)
		fake_job_fini(&jobs[i]);
	fake_end(&w);
}
END_TEST

struct woken {
	int error;
	int kind;
	size_t queue;
	char message[128];
};

static void on_wake(void *userdata, int error, const struct lq_wake_reply *reply)
{
	struct woken *woken = userdata;

	*woken = (struct woken){ .error = error };
	if (error)
		return;
	woken->kind = (int)reply->kind;
	woken->queue = reply->queue;
	if (reply->message)
		(void)snprintf(woken->message, sizeof(woken->message), "%s", reply->message);
}

static const char *const queues[] = { "a", "b" };

static struct woken wake(struct fake_worker *w, bool with_work, int64_t timeout_ms)
{
	struct woken woken = { .error = UNANSWERED };

	ck_assert_int_eq(
		lq_wake_send(w->conn, w->id, queues, 2, with_work, timeout_ms, on_wake, &woken), 0);
	fake_drive(w);
	ck_assert_int_eq(woken.error, 0);
	return woken;
}

START_TEST(wakes_with_work_and_messages)
{
	struct fake_worker w;
	struct woken woken;
	char id[LQ_ID_SIZE] = "";

	fake_start(&w, "w1.0001");
	ck_assert_int_eq(wake(&w, true, 20).kind, LQ_WAKE_NOTHING);
	ck_assert_int_eq(wake(&w, true, 0).kind, LQ_WAKE_NOTHING);
	make_job("b", id);
	woken = wake(&w, true, 20000);
	ck_assert_int_eq(woken.kind, LQ_WAKE_WORK);
	ck_assert_uint_eq(woken.queue, 1);
	/* Messages come first, and are all that a busy worker hears. */
	redis_run("RPUSH lq:{b}:wake 1");
	redis_run("RPUSH lq:{b}:ctl:w1.0001 warm");
	woken = wake(&w, true, 20000);
	ck_assert_int_eq(woken.kind, LQ_WAKE_MESSAGE);
	ck_assert_uint_eq(woken.queue, 1);
	ck_assert_str_eq(woken.message, "warm");
	ck_assert_int_eq(wake(&w, false, 20).kind, LQ_WAKE_NOTHING);
	ck_assert_int_eq(wake(&w, true, 20).kind, LQ_WAKE_WORK);
	fake_end(&w);
}
END_TEST

START_TEST(enqueue_wakes_a_blocked_one)
{
	struct fake_worker blocked, w;
	struct fake_job job;
	struct woken woken = { .error = UNANSWERED };
	char id[LQ_ID_SIZE] = "";
	int64_t start;

	fake_start(&blocked, "w1.0001");
	fake_start(&w, "w1.0001");
	ck_assert_int_eq(
		lq_wake_send(blocked.conn, blocked.id, queues, 2, true, 60000, on_wake, &woken), 0);
	fake_flush(&blocked);
	fake_await_blocked(&w, 1);
	start = clock_monotonic_ms();
	make_job("b", id);
	fake_drive(&blocked);
	ck_assert_int_eq(woken.kind, LQ_WAKE_WORK);
	ck_assert_uint_eq(woken.queue, 1);
	ck_assert_uint_eq(fake_claim(&w, "b", &job, 1), 1);
	ck_assert_str_eq(job.id, id);
	ck_assert_int_lt(clock_monotonic_ms() - start, 5000);
	fake_job_fini(&job);
	fake_end(&w);
	fake_end(&blocked);
}
END_TEST

START_TEST(nudge_wakes_a_blocked_one)
{
	struct fake_worker blocked, w;
	struct woken woken = { .error = UNANSWERED };
	int64_t start = clock_monotonic_ms();

	fake_start(&blocked, "w1.0001");
	fake_start(&w, "w1.0001");
	ck_assert_int_eq(
		lq_wake_send(blocked.conn, blocked.id, queues, 2, true, 30000, on_wake, &woken), 0);
	fake_flush(&blocked);
	fake_await_blocked(&w, 1);
	ck_assert_int_eq(lq_wake_nudge_send(w.conn, w.id, "a"), 0);
	fake_drive(&w);
	fake_drive(&blocked);
	ck_assert_int_lt(clock_monotonic_ms() - start, 20000);
	ck_assert_int_eq(woken.kind, LQ_WAKE_MESSAGE);
	ck_assert_str_eq(woken.message, "nop");
	ck_assert_int_eq(lq_wake_nudge_send(w.conn, w.id, "a"), 0);
	fake_drive(&w);
	ck_assert_int_gt(redis_int("PTTL lq:{a}:ctl:w1.0001"), 3500000);
	fake_end(&w);
	fake_end(&blocked);
}
END_TEST

struct kind_of_server {
	int error;
	char version[64], policy[64];
	bool known, is_persistent;
};

static void on_server_info(void *userdata, int error, const struct lq_server_info *info)
{
	struct kind_of_server *kind = userdata;

	*kind = (struct kind_of_server){ .error = error };
	if (error)
		return;
	(void)snprintf(kind->version, sizeof(kind->version), "%s", info->redis_version);
	(void)snprintf(kind->policy, sizeof(kind->policy), "%s", info->maxmemory_policy);
	kind->known = info->known;
	kind->is_persistent = info->is_persistent;
}

static struct kind_of_server server_info(struct fake_worker *w)
{
	struct kind_of_server kind = { .error = UNANSWERED };

	ck_assert_int_eq(lq_server_info_send(w->conn, on_server_info, &kind), 0);
	fake_drive(w);
	ck_assert_int_eq(kind.error, 0);
	return kind;
}

START_TEST(kind_of_the_server)
{
	struct fake_worker w;
	struct kind_of_server kind;

	fake_start(&w, "w1.0001");
	redis_run("CONFIG SET maxmemory-policy allkeys-lru");
	kind = server_info(&w);
	ck_assert_str_ne(kind.version, "");
	ck_assert_ptr_nonnull(strchr(kind.version, '.'));
	ck_assert_str_eq(kind.policy, "allkeys-lru");
	ck_assert(kind.known);
	ck_assert(!kind.is_persistent);
	redis_run("CONFIG SET maxmemory-policy noeviction");
	redis_run("CONFIG SET appendonly yes");
	ck_assert(server_info(&w).is_persistent);
	redis_run("CONFIG SET appendonly no");
	ck_assert(!server_info(&w).is_persistent);

	const struct lq__arg save[] = {
		{ "CONFIG", 6 }, { "SET", 3 }, { "save", 4 }, { "3600 1", 6 }
	};
	struct reply *reply;

	ck_assert_int_eq(lq__client_begin(lq, 0), 0);
	ck_assert_int_eq(lq__client_command(lq, save, 4, &reply), 0);
	lq__reply_free(reply);
	ck_assert(server_info(&w).is_persistent);
	fake_end(&w);
}
END_TEST

START_TEST(who_may_not_ask)
{
	struct fake_worker w;
	struct kind_of_server kind;

	fake_start(&w, "w1.0001");
	(void)fake_run(&w, "ACL SETUSER default -info");
	kind = server_info(&w);
	ck_assert(!kind.known);
	ck_assert_str_eq(kind.version, "");
	redis_run("ACL SETUSER default +info -config");
	kind = server_info(&w);
	ck_assert(kind.known);
	ck_assert(kind.is_persistent); /* no warning where nothing is known */
	redis_run("ACL SETUSER default +@all");
	fake_end(&w);
}
END_TEST

VERBS_MAIN("worker-verbs", reaps_in_steps, lost_too_often_is_failed, held_tells_what_it_holds,
	   wakes_with_work_and_messages, enqueue_wakes_a_blocked_one, nudge_wakes_a_blocked_one,
	   kind_of_the_server, who_may_not_ask)
