/* SPDX-License-Identifier: MIT */
/* A connection lost in the middle of a call, at every byte: the same call again is safe, and there
 * is one job. */
#include "cut-proxy.h"
#include "verbs-fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct cut_proxy *proxy;
static struct lq_client *cut; /* through the proxy */

static void open_cut(void)
{
	char id[LQ_ID_SIZE] = "first";

	proxy = cut_proxy_start(server.socket);
	cut = lq_client_new();
	ck_assert_int_eq(lq_client_open(cut, cut_proxy_url(proxy), NULL), 0);
	/* The scripts are known from here on. */
	ck_assert_int_eq(lq_enqueue(cut, "send", NULL, NULL, id), 0);
	ck_assert_int_eq(lq_job_cancel(cut, "default", id), 0);
}

static void close_cut(void)
{
	lq_client_close(cut);
	cut_proxy_stop(proxy);
}

/* What was asked for through the proxy failed or not; again, directly: it is one job in the end. */
static void assert_one_job(int r, const char *id)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	int again;

	ck_assert_uint_eq(strlen(id), 36);
	ck_assert(r == 0 || r == -ECONNRESET);
	if (r < 0)
		ck_assert_str_ne(lq_client_error(cut), "");
	how.id = id;
	again = lq_enqueue(lq, "send", NULL, &how, NULL);
	ck_assert(again == LQ_DUPLICATE || (again == 0 && r < 0));
	ck_assert_int_eq(state_of("default", id), LQ_JOB_QUEUED);
}

static void sweep(void (*cut_after)(struct cut_proxy *, long))
{
	long n_jobs = 0;
	int has_cut = 1;

	open_cut();
	for (long n = 0; has_cut; n++) {
		char id[LQ_ID_SIZE] = "";

		cut_after(proxy, n);

		int r = lq_enqueue(cut, "send", lq_pack("i", 1), NULL, id);

		has_cut = cut_proxy_end(proxy);
		ck_assert(has_cut || r == 0);
		assert_one_job(r, id);
		n_jobs++;
		ck_assert_int_lt(n, 4096);
	}
	ck_assert_int_gt(n_jobs, 2);

	struct lq_queue_counts counts;

	ck_assert_int_eq(lq_queue_stats(lq, "default", &counts), 0);
	ck_assert_int_eq(counts.queued, n_jobs);
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), n_jobs + 1); /* and a ghost */
	close_cut();
}

START_TEST(requests_cut_at_each_byte)
{
	sweep(cut_proxy_requests_after);
}
END_TEST

START_TEST(replies_cut_at_each_byte)
{
	sweep(cut_proxy_replies_after);
}
END_TEST

#define MANY 50

static struct lq_enqueue_spec specs[MANY];
static struct lq_enqueue_options options[MANY];
static char ids[MANY][LQ_ID_SIZE];
static int outcomes[MANY];

static void plan(void)
{
	for (size_t i = 0; i < MANY; i++) {
		options[i] = (struct lq_enqueue_options)LQ_ENQUEUE_OPTIONS_INIT;
		options[i].queue = i % 2 ? "odd" : "even";
		options[i].id = ids[i][0] ? ids[i] : NULL;
		specs[i] = (struct lq_enqueue_spec){ .handler = "send", .options = &options[i] };
	}
}

START_TEST(many_again_with_their_ids)
{
	open_cut();
	for (long n = 1; n < 4000; n += 571) {
		memset(ids, 0, sizeof(ids));
		plan();
		cut_proxy_requests_after(proxy, n);

		int r = lq_enqueue_many(cut, specs, MANY, ids, outcomes);

		if (!cut_proxy_end(proxy))
			break;
		ck_assert_int_eq(r, -ECONNRESET);
		plan();
		r = lq_enqueue_many(cut, specs, MANY, ids, outcomes);
		ck_assert(r == 0 || r == LQ_PARTIAL);
		for (size_t i = 0; i < MANY; i++)
			ck_assert(outcomes[i] == 0 || outcomes[i] == LQ_DUPLICATE);
		ck_assert_int_eq(redis_int("LLEN lq:{odd}:wait") % (MANY / 2), 0);
		ck_assert_int_eq(redis_int("LLEN lq:{even}:wait") % (MANY / 2), 0);
	}
	close_cut();
}
END_TEST

START_TEST(next_call_connects_anew)
{
	struct lq_queue_counts counts;

	open_cut();
	for (long n = 0; n < 3; n++) {
		cut_proxy_replies_after(proxy, n);
		ck_assert_int_eq(lq_queue_stats(cut, "default", &counts), -ECONNRESET);
		ck_assert_int_eq(lq_queue_stats(cut, "default", &counts), 0);
		ck_assert_str_eq(lq_client_error(cut), "");
	}
	close_cut();
}
END_TEST

VERBS_MAIN("lost-connection", requests_cut_at_each_byte, replies_cut_at_each_byte,
	   many_again_with_their_ids, next_call_connects_anew)
