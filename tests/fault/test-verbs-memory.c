/* SPDX-License-Identifier: MIT */
/* Each allocation of each verb fails in turn: the verb says -ENOMEM, the client stays usable, and
 * an enqueue done again is one job. */
#include "alloc-fault.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define ENOUGH 1000 /* no verb here allocates so often */

static struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

START_TEST(enqueue)
{
	bool has_failed = true;
	size_t n;

	for (n = 0; has_failed; n++) {
		struct lq_value *args = lq_pack("{s:i}", "n", 1);
		char id[LQ_ID_SIZE] = "x";

		how.queue = "q";
		how.id = NULL;
		how.unique_key = NULL;
		alloc_fault_after(n);

		int r = lq_enqueue(lq, "send", args, &how, id);

		has_failed = alloc_fault_end();
		ck_assert_uint_lt(n, ENOUGH);
		ck_assert_int_eq(r, has_failed ? -ENOMEM : 0);
		if (!has_failed)
			break;
		ck_assert_str_ne(lq_client_error(lq), "");
		if (id[0] == '\0')
			continue; /* refused: nothing was sent */
		how.id = id;
		r = lq_enqueue(lq, "send", lq_pack("{s:i}", "n", 1), &how, NULL);
		ck_assert(r == 0 || r == LQ_DUPLICATE);
		ck_assert_int_eq(state_of("q", id), LQ_JOB_QUEUED);
	}
	ck_assert_uint_gt(n, 5);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues q"), 1);
}
END_TEST

START_TEST(enqueue_many)
{
	bool has_failed = true;

	for (size_t n = 0; has_failed; n++) {
		struct lq_enqueue_options options[8];
		struct lq_enqueue_spec specs[8];
		char ids[8][LQ_ID_SIZE];
		int outcomes[8];

		for (size_t i = 0; i < 8; i++) {
			options[i] = (struct lq_enqueue_options)LQ_ENQUEUE_OPTIONS_INIT;
			options[i].queue = i % 2 ? "a" : "b";
			options[i].unique_key = i == 7 ? "k" : NULL;
			specs[i] = (struct lq_enqueue_spec){ .handler = "send",
							     .args = lq_pack("i", 1),
							     .options = &options[i] };
		}
		alloc_fault_after(n);

		int r = lq_enqueue_many(lq, specs, 8, ids, outcomes);

		has_failed = alloc_fault_end();
		ck_assert_uint_lt(n, ENOUGH);
		if (!has_failed)
			ck_assert(r == 0 || r == LQ_PARTIAL); /* the key is taken */
		else
			ck_assert(r == -ENOMEM || r == LQ_PARTIAL);
		for (size_t i = 0; i < 8; i++)
			ck_assert(outcomes[i] == 0 || outcomes[i] == LQ_LOCKED ||
				  (has_failed && outcomes[i] == -ENOMEM));
		for (size_t i = 0; i < 8; i++)
			ck_assert(outcomes[i] != 0 ||
				  redis_int("EXISTS lq:{%s}:job:%s", i % 2 ? "a" : "b", ids[i]));
	}
}
END_TEST

/* The verbs that read or steer; each leaves what it needs for the next time. */

static int find(void)
{
	struct lq_job_info *info = NULL;
	int r = lq_job_find(lq, "q", "j1", &info);

	lq_job_info_free(info);
	return r;
}

static int wait_at_once(void)
{
	struct lq_job_info *info = NULL;
	int r = lq_job_wait(lq, "q", "ended", 0, &info);

	lq_job_info_free(info);
	return r;
}

static int list_queued(void)
{
	struct lq_job_page page = { .n = 0 };
	int r = lq_job_list(lq, "q", LQ_JOB_QUEUED, NULL, 10, &page);

	lq_job_page_free(&page);
	return r;
}

static int list_failed(void)
{
	struct lq_job_page page = { .n = 0 };
	int r = lq_job_list(lq, "q", LQ_JOB_FAILED, NULL, 10, &page);

	lq_job_page_free(&page);
	return r;
}

static int stats(void)
{
	struct lq_queue_counts counts;

	return lq_queue_stats(lq, "q", &counts);
}

static int queues(void)
{
	struct lq_queue_names names = { .n = 0 };
	int r = lq_queue_list(lq, &names);

	lq_queue_names_free(&names);
	return r;
}

static int workers(void)
{
	struct lq_workers list = { .n = 0 };
	int r = lq_worker_list(lq, &list);

	lq_workers_free(&list);
	return r;
}

static int pause_it(void)
{
	return lq_queue_pause(lq, "paused", 0);
}

static int resume_it(void)
{
	return lq_queue_resume(lq, "paused");
}

static int empty_it(void)
{
	return lq_queue_empty(lq, "none", NULL);
}

static int wait_a_moment(void)
{
	struct lq_job_info *info = NULL;
	int r = lq_job_wait(lq, "q", "j1", 5, &info);

	lq_job_info_free(info);
	return r == LQ_TIMEOUT ? 0 : r;
}

/* Sent again with its id until it is made: one job all the same. */
static int enqueue_and_wait(void)
{
	struct lq_enqueue_options once = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_job_info *info = NULL;
	int r;

	once.queue = "q";
	once.id = "waited";
	r = lq_enqueue_wait(lq, "send", NULL, &once, 5, NULL, &info);
	lq_job_info_free(info);
	return r == LQ_TIMEOUT || r == LQ_DUPLICATE ? 0 : r;
}

/* Done or not, it may be steered again: the other state is an outcome, no failure. */
static int steered(int (*verb)(struct lq_client *, const char *, const char *), const char *id)
{
	int r = verb(lq, "q", id);

	return r == LQ_WRONG_STATE || r == LQ_NOT_FOUND ? 0 : r;
}

static int cancel_it(void)
{
	return steered(lq_job_cancel, "steered");
}

static int requeue_it(void)
{
	return steered(lq_job_requeue, "steered");
}

static int stop_it(void)
{
	return steered(lq_job_stop, "steered");
}

static int delete_it(void)
{
	return steered(lq_job_delete, "steered");
}

static int clear_failed(void)
{
	return lq_queue_clear(lq, "q", LQ_JOB_FAILED, NULL);
}

static int (*const verbs[])(void) = { find,        wait_at_once, wait_a_moment, enqueue_and_wait,
				      list_queued, list_failed,  stats,         queues,
				      workers,     pause_it,     resume_it,     cancel_it,
				      requeue_it,  stop_it,      delete_it,     clear_failed,
				      empty_it };

static void on_done(void *userdata, int error)
{
	*(int *)userdata = error;
}

static void prepare(void)
{
	static const char *const served[] = { "q", "paused" };
	const struct lq_presence presence = { .worker = "w1.0001",
					      .name = "w1",
					      .host = "h",
					      .version = "v",
					      .state = "idle",
					      .queues = served,
					      .n_queues = 2 };
	struct fake_worker w;
	struct fake_job job;
	int result = 1;
	char ended[LQ_ID_SIZE] = "ended", failed[LQ_ID_SIZE] = "failed", id[LQ_ID_SIZE] = "j1";
	char steered_id[LQ_ID_SIZE] = "steered";

	fake_start(&w, "w1.0001");
	make_job("q", ended);
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &job, LQ_SETTLE_FINISHED, 500000, 42), 1);
	fake_job_fini(&job);
	make_job("q", failed);
	ck_assert_uint_eq(fake_claim(&w, "q", &job, 1), 1);
	ck_assert_int_eq(fake_settle(&w, "q", &job, LQ_SETTLE_FAILED, 500000, -1), 1);
	fake_job_fini(&job);
	make_job("q", id);
	make_job("q", steered_id);
	ck_assert_int_eq(lq_presence_send(w.conn, &presence, 60000, on_done, &result), 0);
	fake_drive(&w);
	ck_assert_int_eq(result, 0);
	fake_end(&w);
}

START_TEST(the_other_verbs)
{
	prepare();
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		bool has_failed = true;

		for (size_t n = 0; has_failed; n++) {
			alloc_fault_after(n);

			int r = verbs[i]();

			has_failed = alloc_fault_end();
			ck_assert_uint_lt(n, ENOUGH);
			ck_assert_msg(r == (has_failed ? -ENOMEM : 0), "verb %zu, n %zu: %d %s", i,
				      n, r, lq_client_error(lq));
			ck_assert(!has_failed || *lq_client_error(lq));
		}
	}
}
END_TEST

/* ---- A worker's: sent or not, answered once or not at all ---- */

struct answers {
	int n, error;
};

static void on_exchange(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	struct answers *answers = userdata;

	(void)reply;
	answers->n++;
	answers->error = error;
}

static void on_gathered(void *userdata, int error)
{
	struct answers *answers = userdata;

	answers->n++;
	answers->error = error;
}

static int exchange_all(struct lq_conn *conn, struct answers *answers)
{
	unsigned char entry[21] = { [20] = LQ_ENTRY_FINISHED };
	const struct lq_settle settle = { .kind = LQ_SETTLE_FINISHED,
					  .id = "id",
					  .token = 1,
					  .mode = 'a',
					  .ms = 1,
					  .bytes = entry,
					  .size = sizeof(entry) };
	const struct lq_child child = {
		.queue = "c", .id = "c", .envelope = "\0", .envelope_size = 1
	};
	struct lq_exchange *x = lq_exchange_new("w.1", 30000);
	int r = x ? lq_exchange_add_queue(x, "q", 0) : -ENOMEM;

	if (r == 0)
		r = lq_exchange_add_settle(x, &settle);
	if (r == 0)
		r = lq_exchange_add_child(x, &child);
	if (r == 0)
		r = lq_exchange_send(x, conn, on_exchange, answers);
	lq_exchange_free(x);
	return r;
}

static int present_all(struct lq_conn *conn, struct answers *answers)
{
	static const char *const served[] = { "q", "other" };
	const struct lq_presence presence = {
		.worker = "w1.0001", .name = "w1", .queues = served, .n_queues = 2
	};

	return lq_presence_send(conn, &presence, 60000, on_gathered, answers);
}

static int (*const sends[])(struct lq_conn *, struct answers *) = { exchange_all, present_all };

/* The connection itself may be what has no memory: then it is broken, and made anew. No assertion
 * in here, for those allocate. */
static void drive(struct fake_worker *w)
{
	while (lq_conn_n_pending(w->conn) > 0) {
		struct pollfd fd = { .fd = lq_conn_fd(w->conn), .events = lq_conn_events(w->conn) };

		if (poll(&fd, 1, 10000) <= 0 || lq_conn_step(w->conn) < 0)
			return;
	}
}

START_TEST(a_worker_s_verbs)
{
	struct fake_worker w;

	fake_start(&w, "w1.0001");
	for (size_t i = 0; i < sizeof(sends) / sizeof(sends[0]); i++) {
		bool has_failed = true;

		for (size_t n = 0; has_failed; n++) {
			struct answers answers = { .n = 0 };

			alloc_fault_after(n);

			int r = sends[i](w.conn, &answers);

			if (r == 0)
				drive(&w);
			has_failed = alloc_fault_end();
			drive(&w);
			ck_assert_uint_lt(n, ENOUGH);
			ck_assert_int_eq(answers.n, r == 0);
			ck_assert(r == 0 || r == -ENOMEM);
			ck_assert(has_failed || (r == 0 && answers.error == 0));
			if (lq_conn_fd(w.conn) < 0)
				ck_assert_int_eq(lq_conn_connect(w.conn), 0);
		}
	}
	fake_end(&w);
}
END_TEST

VERBS_MAIN("verbs-memory", enqueue, enqueue_many, the_other_verbs, a_worker_s_verbs)
