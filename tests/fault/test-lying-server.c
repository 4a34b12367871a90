/* SPDX-License-Identifier: MIT */
/* A server whose replies make no sense: each verb says so, believes none of it, and gives nothing
 * back. */
#include "client-internal.h"
#include "peer.h"
#include "worker-protocol.h"

#include <check.h>
#include <errno.h>
#include <libqueue/libqueue.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* What each lie is told to: 0 and up are the verb's, its results must stay untouched. */
typedef int (*verb_fn)(struct lq_client *client);

static int try_enqueue(struct lq_client *client)
{
	char id[LQ_ID_SIZE] = "";
	int r = lq_enqueue(client, "send", NULL, NULL, id);

	ck_assert_uint_eq(strlen(id), 36);
	return r;
}

static int try_enqueue_many(struct lq_client *client)
{
	const struct lq_enqueue_spec specs[2] = { { .handler = "a" }, { .handler = "b" } };
	int outcomes[2];
	int r = lq_enqueue_many(client, specs, 2, NULL, outcomes);

	ck_assert_int_lt(outcomes[1], 0);
	return r;
}

static int try_find(struct lq_client *client)
{
	struct lq_job_info *info = NULL;
	int r = lq_job_find(client, "q", "id", &info);

	ck_assert_ptr_null(info);
	return r;
}

static int try_wait(struct lq_client *client)
{
	struct lq_job_info *info = NULL;
	int r = lq_job_wait(client, "q", "id", 0, &info);

	ck_assert_ptr_null(info);
	return r;
}

static int try_cancel(struct lq_client *client)
{
	return lq_job_cancel(client, "q", "id");
}

static int try_requeue(struct lq_client *client)
{
	return lq_job_requeue(client, "q", "id");
}

static int try_resume(struct lq_client *client)
{
	return lq_queue_resume(client, "q");
}

static int try_stats(struct lq_client *client)
{
	struct lq_queue_counts counts = { .queued = 77 };
	int r = lq_queue_stats(client, "q", &counts);

	ck_assert_int_eq(counts.queued, 77);
	return r;
}

static int try_list(struct lq_client *client)
{
	struct lq_job_page page = { .n = 77 };
	int r = lq_job_list(client, "q", LQ_JOB_QUEUED, NULL, 1, &page);

	ck_assert_uint_eq(page.n, 77);
	return r;
}

static int try_list_started(struct lq_client *client)
{
	struct lq_job_page page = { .n = 77 };
	int r = lq_job_list(client, "q", LQ_JOB_STARTED, NULL, 1, &page);

	ck_assert_uint_eq(page.n, 77);
	return r;
}

static int try_empty(struct lq_client *client)
{
	int64_t n = 77;
	int r = lq_queue_empty(client, "q", &n);

	ck_assert_int_eq(n, 0);
	return r;
}

static int try_queues(struct lq_client *client)
{
	struct lq_queue_names names = { .n = 77 };
	int r = lq_queue_list(client, &names);

	ck_assert_uint_eq(names.n, 77);
	return r;
}

static int try_workers(struct lq_client *client)
{
	struct lq_workers list = { .n = 77 };
	int r = lq_worker_list(client, &list);

	ck_assert_uint_eq(list.n, 77);
	return r;
}

#define ID "$2\r\nid\r\n"
#define ONE_ID "*1\r\n$2\r\nid\r\n"
#define ZEROS ":0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n"
/* The reply of stats, with two jobs waiting. */
#define COUNTS(paused, head, now) "*14\r\n:" paused "\r\n:2\r\n" ZEROS head now
#define EMPTY "$0\r\n\r\n"

#define MANY_LIES 12

static const struct {
	verb_fn verb;
	const char *before[2]; /* honest answers to the commands before */
	const char *lies[MANY_LIES];
} cases[] = {
	{ try_enqueue,
	  { ":1\r\n" },
	  { ":2\r\n", ":0\r\n", ":-1\r\n", "+OK\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n",
	    "*1\r\n:7\r\n", "*1\r\n$3\r\na b\r\n", "*1\r\n$0\r\n\r\n", "*2\r\n:1\r\n:1\r\n",
	    "*1\r\n$-1\r\n" } },
	{ try_enqueue_many,
	  { ":1\r\n" },
	  { ":1\r\n", ":3\r\n", "*1\r\n:1\r\n", "*2\r\n:1\r\n:9\r\n", "*2\r\n:1\r\n*0\r\n" } },
	{ try_find,
	  { NULL },
	  { ":1\r\n", "$-1\r\n", "+OK\r\n", ONE_ID,
	    "*6\r\n$3\r\nodd\r\n$1\r\nx\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n$2\r\n-1\r\n",
	    "*6\r\n$6\r\nqueued\r\n$1\r\nx\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n$2\r\n-1\r\n",
	    "*6\r\n$6\r\nqueued\r\n:5\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n$2\r\n-1\r\n" } },
	{ try_wait,
	  { NULL },
	  { ":1\r\n", ":-1\r\n", "$-1\r\n", "*0\r\n", "$5\r\nwaits\r\n", "$2\r\n\xff\x08\r\n" } },
	{ try_cancel, { NULL }, { ":2\r\n", ":-1\r\n", "$-1\r\n", "*0\r\n", "*-1\r\n" } },
	{ try_requeue, { NULL }, { ":2\r\n", "$-1\r\n", "*1\r\n:1\r\n" } },
	{ try_resume, { NULL }, { ":0\r\n", "+OK\r\n", "$-1\r\n", "*0\r\n" } },
	{ try_stats,
	  { NULL },
	  { ":1\r\n", "*0\r\n", "$-1\r\n", COUNTS("-2", EMPTY, ":5\r\n"),
	    COUNTS("-1", ":1\r\n", ":5\r\n"), COUNTS("-1", EMPTY, ":-5\r\n"),
	    COUNTS("-1", EMPTY, "$1\r\n5\r\n") } },
	{ try_list,
	  { NULL },
	  { ":1\r\n", "*0\r\n", "$-1\r\n", "*2\r\n" ID ID, "*4\r\n" ID ":0\r\n" ID ":1\r\n",
	    "*4\r\n$3\r\na b\r\n:0\r\n" ID "$0\r\n\r\n", "*4\r\n" ID ":0\r\n:5\r\n$0\r\n\r\n",
	    "*7\r\n" ID ":0\r\n" ID ID ":0\r\n" ID "$0\r\n\r\n" } },
	{ try_list_started,
	  { NULL },
	  { "*4\r\n" ID ":0\r\n" ID "$0\r\n\r\n", "*5\r\n" ID ":0\r\n" ID ":1\r\n$0\r\n\r\n" } },
	{ try_empty,
	  { COUNTS("-1", EMPTY, ":5\r\n") },
	  { ":1\r\n", "*2\r\n:3\r\n:0\r\n", "*2\r\n:-1\r\n:0\r\n", "*1\r\n:1\r\n",
	    "*2\r\n:1\r\n$-1\r\n" } },
	{ try_queues, { NULL }, { ":1\r\n", "$-1\r\n", "+OK\r\n" } },
	{ try_workers, { NULL }, { ":1\r\n", "$-1\r\n", "+OK\r\n" } },
};

static void finish(struct peer *peer)
{
	char words[PEER_WORDS_SIZE];

	peer_finish(peer, words);
	ck_assert_str_eq(words, "");
}

static struct peer_step send_step(const char *text)
{
	return (struct peer_step)PEER_SEND_BYTES(text, strlen(text));
}

static void tell(verb_fn verb, const char *const before[2], const char *lie)
{
	struct peer_step steps[16] = { PEER_ACCEPT, PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n") };
	struct lq_client *client = lq_client_new();
	size_t n = 3;
	int r;

	for (size_t i = 0; i < 2 && before[i]; i++) {
		steps[n++] = (struct peer_step)PEER_EXPECT("*");
		steps[n++] = send_step(before[i]);
	}
	steps[n++] = (struct peer_step)PEER_EXPECT("*");
	steps[n++] = send_step(lie);

	struct peer *peer = peer_start_listening(steps);

	r = lq_client_open(client, peer_url(peer), NULL);
	ck_assert_msg(r == 0, "%s", lq_client_error(client));
	r = verb(client);
	ck_assert_msg(r == -EPROTO, "%d for %s: %s", r, lie, lq_client_error(client));
	ck_assert_str_ne(lq_client_error(client), "");
	lq_client_close(client);
	finish(peer);
}

START_TEST(client_believes_no_lie)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t j = 0; j < MANY_LIES && cases[i].lies[j]; j++)
			tell(cases[i].verb, cases[i].before, cases[i].lies[j]);
	}
}
END_TEST

/* ---- A worker ---- */

static void on_exchange(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	*(int *)userdata = error;
	ck_assert_ptr_null(reply);
}

static void on_reap(void *userdata, int error, const struct lq_reap_reply *reply)
{
	*(int *)userdata = error;
	ck_assert_ptr_null(reply);
}

static void on_held(void *userdata, int error, const struct lq_held *held, size_t n)
{
	*(int *)userdata = error;
	ck_assert_ptr_null(held);
	ck_assert_uint_eq(n, 0);
}

static void on_wake(void *userdata, int error, const struct lq_wake_reply *reply)
{
	*(int *)userdata = error;
	ck_assert_ptr_null(reply);
}

static void on_info(void *userdata, int error, const struct lq_server_info *info)
{
	*(int *)userdata = error;
	ck_assert_ptr_null(info);
}

static int send_exchange(struct lq_conn *conn, int *result)
{
	unsigned char entry[21] = { [20] = LQ_ENTRY_FINISHED };
	const struct lq_settle settle = { .kind = LQ_SETTLE_FINISHED,
					  .id = "id",
					  .token = 1,
					  .mode = 'a',
					  .ms = 1,
					  .bytes = entry,
					  .size = sizeof(entry) };
	struct lq_exchange *x = lq_exchange_new("w.1", 30000);

	ck_assert_int_eq(lq_exchange_add_queue(x, "q", 0), 0);
	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	lq_exchange_set_want(x, 1);

	int r = lq_exchange_send(x, conn, on_exchange, result);

	lq_exchange_free(x);
	return r;
}

static int send_reap(struct lq_conn *conn, int *result)
{
	return lq_reap_send(conn, "q", 3, 1000, on_reap, result);
}

static int send_held(struct lq_conn *conn, int *result)
{
	return lq_held_send(conn, "q", "w.1", on_held, result);
}

static int send_wake(struct lq_conn *conn, int *result)
{
	static const char *const queues[] = { "q" };

	return lq_wake_send(conn, "w.1", queues, 1, true, 1000, on_wake, result);
}

static int send_info(struct lq_conn *conn, int *result)
{
	return lq_server_info_send(conn, on_info, result);
}

#define DONE_ALL ":2\r\n"
#define NO_JOBS "*1\r\n*0\r\n"
#define REST ":-1\r\n*1\r\n:0\r\n:5\r\n"
#define JOB(id, token) "$" id "\r\n$" token "\r\n$1\r\nr\r\n"

static const struct {
	int (*send)(struct lq_conn *conn, int *result);
	const char *lies[24];
} worker_cases[] = {
	{ send_exchange,
	  {
		  ":1\r\n",
		  "*0\r\n",
		  "$-1\r\n",
		  "-LQBAD exchange: no\r\n",
		  "*4\r\n" DONE_ALL NO_JOBS ":-1\r\n*1\r\n:0\r\n",
		  /* codes */
		  "*5\r\n:1\r\n" NO_JOBS REST,
		  "*5\r\n:3\r\n" NO_JOBS REST,
		  "*5\r\n*1\r\n:1\r\n" NO_JOBS REST,
		  "*5\r\n*2\r\n:1\r\n:4\r\n" NO_JOBS REST,
		  "*5\r\n*2\r\n:1\r\n:-1\r\n" NO_JOBS REST,
		  "*5\r\n*2\r\n:1\r\n$1\r\n1\r\n" NO_JOBS REST,
		  /* jobs: queues, thirds, more than wanted, ids, tokens, records */
		  "*5\r\n" DONE_ALL "*2\r\n*0\r\n*0\r\n" REST,
		  "*5\r\n" DONE_ALL "*1\r\n*2\r\n" ID "$1\r\n5\r\n" REST,
		  "*5\r\n" DONE_ALL "*1\r\n*6\r\n" JOB("1\r\na", "1\r\n5") JOB("1\r\nb", "1\r\n6")
			  REST,
		  "*5\r\n" DONE_ALL "*1\r\n*3\r\n" JOB("3\r\na b", "1\r\n5") REST,
		  "*5\r\n" DONE_ALL "*1\r\n*3\r\n" JOB("0\r\n", "1\r\n5") REST,
		  "*5\r\n" DONE_ALL "*1\r\n*3\r\n" JOB("1\r\na", "1\r\n0") REST,
		  "*5\r\n" DONE_ALL "*1\r\n*3\r\n" JOB("1\r\na", "2\r\n-5") REST,
		  "*5\r\n" DONE_ALL "*1\r\n*3\r\n$1\r\na\r\n$1\r\n5\r\n$-1\r\n" REST,
		  /* next, n_held, now */
		  "*5\r\n" DONE_ALL NO_JOBS ":-2\r\n*1\r\n:0\r\n:5\r\n",
		  "*5\r\n" DONE_ALL NO_JOBS ":-1\r\n*2\r\n:0\r\n:0\r\n:5\r\n",
		  "*5\r\n" DONE_ALL NO_JOBS ":-1\r\n*1\r\n:-1\r\n:5\r\n",
		  "*5\r\n" DONE_ALL NO_JOBS ":-1\r\n*1\r\n:0\r\n:0\r\n",
	  } },
	{ send_reap,
	  { ":1\r\n", "*0\r\n", "*3\r\n:-1\r\n:0\r\n:0\r\n", "*3\r\n:1\r\n:-1\r\n:0\r\n",
	    "*3\r\n:1\r\n:1\r\n$1\r\nx\r\n" } },
	{ send_held,
	  { ":1\r\n", "$-1\r\n", "*1\r\n" ID, "*2\r\n" ID "$3\r\nabc\r\n",
	    "*2\r\n:1\r\n$1\r\n5\r\n" } },
	{ send_wake,
	  { ":1\r\n", "$1\r\nx\r\n", "*0\r\n", "*2\r\n$5\r\nother\r\n$1\r\n1\r\n",
	    "*2\r\n$11\r\nlq:{q}:wake\r\n:1\r\n" } },
	{ send_info, { ":1\r\n", "$-1\r\n", "*0\r\n" } },
};

static void tell_worker(int (*send_verb)(struct lq_conn *conn, int *result), const char *lie)
{
	const struct peer_step steps[] = {
		PEER_ACCEPT,      PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n"),
		PEER_EXPECT("*"), send_step(lie),      PEER_END
	};
	struct peer *peer = peer_start_listening(steps);
	struct lq_conn *conn;
	char words[256];
	int result = 1;

	ck_assert_int_eq(lq_conn_new(peer_url(peer), &conn, words, sizeof(words)), 0);
	ck_assert_int_eq(lq_conn_connect(conn), 0);
	ck_assert_int_eq(send_verb(conn, &result), 0);
	while (lq_conn_n_pending(conn) > 0) {
		struct pollfd fd = { .fd = lq_conn_fd(conn), .events = lq_conn_events(conn) };

		ck_assert_int_gt(poll(&fd, 1, 10000), 0);
		ck_assert_msg(lq_conn_step(conn) >= 0, "%s: %s", lie, lq_conn_error(conn));
	}
	ck_assert_msg(result == -EPROTO, "%d for %s", result, lie);
	lq_conn_free(conn);
	finish(peer);
}

START_TEST(worker_believes_no_lie)
{
	for (size_t i = 0; i < sizeof(worker_cases) / sizeof(worker_cases[0]); i++) {
		for (size_t j = 0; j < 24 && worker_cases[i].lies[j]; j++)
			tell_worker(worker_cases[i].send, worker_cases[i].lies[j]);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lying-server");
	TCase *tcase = tcase_create("lying-server");
	SRunner *runner = srunner_create(suite);

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, client_believes_no_lie);
	tcase_add_test(tcase, worker_believes_no_lie);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);

	int n_failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
