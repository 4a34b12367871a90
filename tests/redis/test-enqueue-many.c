/* SPDX-License-Identifier: MIT */
/* lq_enqueue_many(): runs, splits, order, and an outcome for each job. */
#include "verbs-fixture.h"

#include "script-call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define N 2500

static struct lq_enqueue_spec specs[N];
static struct lq_enqueue_options options[N];
static char ids[N][LQ_ID_SIZE];
static int outcomes[N];

static void plan(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		options[i] = (struct lq_enqueue_options)LQ_ENQUEUE_OPTIONS_INIT;
		specs[i] = (struct lq_enqueue_spec){ .handler = "send",
						     .args = lq_pack("[I]", (int64_t)i),
						     .options = &options[i] };
	}
}

static void assert_order(const char *queue, size_t first, size_t step, size_t n)
{
	struct reply *wait = redis_do("LRANGE lq:{%s}:wait 0 -1", queue);

	ck_assert_uint_eq(wait->size, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(wait->elements[i]->str, ids[first + i * step]);
	lq__reply_free(wait);
}

START_TEST(makes_2500_in_order)
{
	plan(N);
	ck_assert_int_eq(lq_enqueue_many(lq, specs, N, ids, outcomes), 0);
	for (size_t i = 0; i < N; i++)
		ck_assert_int_eq(outcomes[i], 0);
	assert_order("default", 0, 1, N);
	ck_assert_int_eq(redis_int("HGET lq:{default}:stats enqueued"), N);
}
END_TEST

START_TEST(mixed_queues_and_times)
{
	plan(N);
	for (size_t i = 0; i < N; i++) {
		options[i].queue = i % 5 == 0 ? "a" : i % 5 == 1 ? "b" : "c";
		if (i % 5 == 2)
			options[i].delay_ms = 100000;
		if (i % 5 == 3)
			options[i].front = true;
		if (i % 5 == 4)
			options[i].run_at_ms = 4102444800000 + (int64_t)(i % 10);
	}
	ck_assert_int_eq(lq_enqueue_many(lq, specs, N, ids, outcomes), 0);
	assert_order("a", 0, 5, N / 5);
	assert_order("b", 1, 5, N / 5);
	assert_order("c", 3, 5, N / 5);
	ck_assert_int_eq(redis_int("ZCARD lq:{c}:scheduled"), 2 * N / 5);
	ck_assert_int_eq(redis_int("SCARD lq:queues"), 3);
}
END_TEST

static int64_t n_script_calls(void)
{
	struct reply *stats = redis_do("INFO commandstats");
	int64_t n = info_number(stats->str, "cmdstat_evalsha:calls=");

	lq__reply_free(stats);
	return n;
}

START_TEST(three_calls_for_2500)
{
	int64_t before;

	/* The first time the texts go as well. */
	plan(N);
	ck_assert_int_eq(lq_enqueue_many(lq, specs, N, ids, NULL), 0);
	before = n_script_calls();
	plan(N);
	ck_assert_int_eq(lq_enqueue_many(lq, specs, N, ids, NULL), 0);
	ck_assert_int_eq(n_script_calls() - before, 3);
}
END_TEST

START_TEST(each_its_outcome)
{
	plan(6);
	options[0].id = "taken";
	options[1].id = "taken";
	options[2].unique_key = "k";
	options[3].unique_key = "k";
	options[4].queue = "no such name";
	ck_assert_int_eq(lq_enqueue_many(lq, specs, 6, ids, outcomes), LQ_PARTIAL);
	ck_assert_int_eq(outcomes[0], 0);
	ck_assert_int_eq(outcomes[1], LQ_DUPLICATE);
	ck_assert_int_eq(outcomes[2], 0);
	ck_assert_int_eq(outcomes[3], LQ_LOCKED);
	ck_assert_str_eq(ids[3], ids[2]);
	ck_assert_int_eq(outcomes[4], -EINVAL);
	ck_assert_str_eq(ids[4], "");
	ck_assert_int_eq(outcomes[5], 0);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "3 of 6"));
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "no such name"));
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), 3);
}
END_TEST

START_TEST(all_refused)
{
	plan(2);
	specs[0].handler = specs[1].handler = "-";
	ck_assert_int_eq(lq_enqueue_many(lq, specs, 2, ids, outcomes), LQ_PARTIAL);
	ck_assert_int_eq(outcomes[1], -EINVAL);
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
}
END_TEST

START_TEST(nothing_and_null)
{
	ck_assert_int_eq(lq_enqueue_many(lq, NULL, 0, NULL, NULL), 0);
	ck_assert_int_eq(lq_enqueue_many(lq, NULL, 1, NULL, NULL), -EINVAL);
	plan(1);
	ck_assert_int_eq(lq_enqueue_many(NULL, specs, 1, NULL, outcomes), -ENOMEM);
	ck_assert_int_eq(outcomes[0], -ENOMEM);
	ck_assert_int_eq(lq_enqueue_many(lq, NULL, 0, ids, outcomes), 0);
}
END_TEST

START_TEST(large_ones_are_split_by_size)
{
	enum { SIZE = 700 * 1024, COUNT = 13 };
	char *text = malloc(SIZE);

	memset(text, 'x', SIZE);
	plan(COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		lq_value_free(specs[i].args);
		specs[i].args = lq_pack("s#", text, (size_t)SIZE);
	}
	ck_assert_int_eq(lq_enqueue_many(lq, specs, COUNT, ids, outcomes), 0);
	assert_order("default", 0, 1, COUNT);
	free(text);
}
END_TEST

START_TEST(full_server)
{
	plan(N);
	redis_run("CONFIG SET maxmemory 1");
	ck_assert_int_eq(lq_enqueue_many(lq, specs, N, ids, outcomes), -ENOSPC);
	redis_run("CONFIG SET maxmemory 0");
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
	for (size_t i = 0; i < N; i++) {
		ck_assert_int_eq(outcomes[i], -ENOSPC);
		ck_assert_uint_eq(strlen(ids[i]), 36);
	}
}
END_TEST

START_TEST(one_queue_fails_the_other_does_not)
{
	redis_run("SET lq:{bad}:wait foreign");
	plan(4);
	options[1].queue = options[3].queue = "bad";
	ck_assert_int_eq(lq_enqueue_many(lq, specs, 4, ids, outcomes), LQ_PARTIAL);
	ck_assert_int_eq(outcomes[0], 0);
	ck_assert_int_eq(outcomes[1], -EPROTO);
	ck_assert_int_eq(outcomes[2], 0);
	ck_assert_int_eq(outcomes[3], -EPROTO);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "bad"));
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), 2);
}
END_TEST

VERBS_MAIN("enqueue-many", makes_2500_in_order, mixed_queues_and_times, three_calls_for_2500,
	   each_its_outcome, all_refused, nothing_and_null, large_ones_are_split_by_size,
	   full_server, one_queue_fails_the_other_does_not)
