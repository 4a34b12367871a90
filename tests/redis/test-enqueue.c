/* SPDX-License-Identifier: MIT */
/* lq_enqueue(): outcomes, refusals, limits, and what stands in Redis
 * afterwards. */
#include "verbs-fixture.h"

#include "script-call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(makes_one)
{
	char id[LQ_ID_SIZE] = "x";

	ck_assert_int_eq(lq_enqueue(lq, "send", lq_pack("{s:i}", "n", 1), NULL, id), 0);
	ck_assert_uint_eq(strlen(id), 36);
	ck_assert_str_eq(lq_client_error(lq), "");
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), 1);
	ck_assert_int_eq(redis_int("EXISTS lq:{default}:job:%s", id), 1);
	ck_assert_int_eq(redis_int("TTL lq:{default}:job:%s", id), -1);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues default"), 1);
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wake"), 1);
}
END_TEST

START_TEST(id_may_be_null)
{
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, NULL, NULL), 0);
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), 1);
}
END_TEST

START_TEST(same_id_is_one_job)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	char id[LQ_ID_SIZE] = "a.b-c_1";

	how.id = id;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), 0);
	ck_assert_str_eq(id, "a.b-c_1");

	uint64_t before = redis_digest();

	ck_assert_int_eq(lq_enqueue(lq, "other", lq_pack("i", 5), &how, id), LQ_DUPLICATE);
	ck_assert_str_eq(id, "a.b-c_1");
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'a.b-c_1'"));
	ck_assert_uint_eq(redis_digest(), before);
}
END_TEST

START_TEST(key_is_held_until_the_end)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	char first[LQ_ID_SIZE], second[LQ_ID_SIZE], third[LQ_ID_SIZE];

	how.unique_key = "invoice 7";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, first), 0);
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, second), LQ_LOCKED);
	ck_assert_str_eq(second, first);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "'invoice 7'"));
	ck_assert_int_eq(lq_job_cancel(lq, "default", first), 0);
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, third), 0);
	ck_assert_str_ne(third, first);
}
END_TEST

START_TEST(key_has_a_time)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

	how.unique_key = "k";
	how.unique_ttl_ms = 60000;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);

	int64_t left = redis_int("PTTL lq:{default}:lock:k");

	ck_assert_int_gt(left, 50000);
	ck_assert_int_le(left, 60000);
	how.unique_key = "for-ever";
	how.unique_ttl_ms = LQ_FOREVER;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, NULL), 0);
	ck_assert_int_eq(redis_int("PTTL lq:{default}:lock:for-ever"), -1);
}
END_TEST

START_TEST(delay_time_and_front)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	char id[LQ_ID_SIZE], head[LQ_ID_SIZE];

	how.delay_ms = 60000;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), 0);
	ck_assert_int_eq(state_of("default", id), LQ_JOB_SCHEDULED);
	how.delay_ms = 0;
	how.run_at_ms = 1; /* long ago: at once */
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), 0);
	ck_assert_int_eq(state_of("default", id), LQ_JOB_QUEUED);
	how.run_at_ms = 4102444800000; /* 2100 */
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), 0);
	ck_assert_int_eq(state_of("default", id), LQ_JOB_SCHEDULED);

	struct lq_enqueue_options front = LQ_ENQUEUE_OPTIONS_INIT;

	front.front = true;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &front, head), 0);

	struct reply *first = redis_do("LINDEX lq:{default}:wait 0");

	ck_assert_str_eq(first->str, head);
	lq__reply_free(first);
}
END_TEST

START_TEST(refusals_send_nothing)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	char id[LQ_ID_SIZE] = "x", long_name[LQ_NAME_MAX + 2];

	ck_assert_int_eq(lq_enqueue(lq, "not allowed", NULL, NULL, id), -EINVAL);
	ck_assert_str_eq(id, "");
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "not allowed"));
	ck_assert_int_eq(lq_enqueue(lq, NULL, NULL, NULL, id), -EINVAL);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "missing"));
	how.queue = "a b";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), -EINVAL);
	how.queue = NULL;
	how.id = "-x";
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), -EINVAL);
	how.id = NULL;
	how.delay_ms = how.run_at_ms = 5;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), -EINVAL);
	how.run_at_ms = 0;
	how.delay_ms = -5;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), -EINVAL);
	ck_assert_int_eq(lq_enqueue(lq, "send", lq_pack("{s", "x"), NULL, id), -EINVAL);
	memset(long_name, 'n', sizeof(long_name));
	long_name[LQ_NAME_MAX + 1] = '\0';
	ck_assert_int_lt(lq_enqueue(lq, long_name, NULL, NULL, id), 0);
	long_name[LQ_NAME_MAX] = '\0';
	ck_assert_int_eq(redis_int("DBSIZE"), 0);
	ck_assert_int_eq(lq_enqueue(lq, long_name, NULL, NULL, id), 0);
}
END_TEST

/* A bin of n bytes as msgpack has 5 bytes more. */
static int enqueue_bytes(size_t n, char *id)
{
	void *bytes = calloc(1, n);

	ck_assert_ptr_nonnull(bytes);

	int r = lq_enqueue(lq, "send", lq_pack("B#", bytes, n), NULL, id);

	free(bytes);
	return r;
}

START_TEST(arguments_at_the_limit)
{
	char id[LQ_ID_SIZE] = "x";

	ck_assert_int_eq(enqueue_bytes(LQ_ARGS_MAX - 5, id), 0);
	ck_assert_int_eq(state_of("default", id), LQ_JOB_QUEUED);
	ck_assert_int_eq(enqueue_bytes(LQ_ARGS_MAX - 4, id), -EMSGSIZE);
	ck_assert_str_eq(id, "");
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), 1);
}
END_TEST

START_TEST(full_server_makes_nothing)
{
	char id[LQ_ID_SIZE] = "";

	redis_run("CONFIG SET maxmemory 1");
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, NULL, id), -ENOSPC);
	ck_assert_uint_eq(strlen(id), 36);
	ck_assert_str_ne(lq_client_error(lq), "");
	redis_run("CONFIG SET maxmemory 0");
	ck_assert_int_eq(redis_int("DBSIZE"), 0);

	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;

	how.id = id;
	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, &how, id), 0);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues default"), 1);
}
END_TEST

START_TEST(foreign_type_changes_nothing)
{
	char id[LQ_ID_SIZE];

	make_job("default", memset(id, 0, sizeof(id)));
	redis_run("DEL lq:{default}:wait");
	redis_run("SET lq:{default}:wait foreign");

	uint64_t before = redis_digest();

	ck_assert_int_eq(lq_enqueue(lq, "send", NULL, NULL, id), -EPROTO);
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "WRONGTYPE"));
	ck_assert_ptr_nonnull(strstr(lq_client_error(lq), "default"));
	ck_assert_uint_eq(redis_digest(), before);
}
END_TEST

START_TEST(registers_a_queue_once)
{
	char id[LQ_ID_SIZE] = "";

	make_job("mail", id);
	redis_run("SREM lq:queues mail");
	id[0] = '\0';
	make_job("mail", id);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues mail"), 0);
	/* A new connection may be one to another server. */
	lq_client_close(lq);
	lq = lq_client_new();
	ck_assert_int_eq(lq_client_open(lq, server.url, NULL), 0);
	id[0] = '\0';
	make_job("mail", id);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues mail"), 1);
}
END_TEST

START_TEST(no_client)
{
	char id[LQ_ID_SIZE] = "x";
	struct lq_client *closed = lq_client_new();

	ck_assert_int_eq(lq_enqueue(NULL, "send", lq_pack("i", 1), NULL, id), -ENOMEM);
	ck_assert_int_eq(lq_enqueue(closed, "send", lq_pack("i", 1), NULL, id), -EINVAL);
	ck_assert_str_ne(lq_client_error(closed), "");
	lq_client_close(closed);
}
END_TEST

START_TEST(prefix_of_its_own)
{
	char url[256], id[LQ_ID_SIZE];
	struct lq_client *other = lq_client_new();

	ck_assert_int_lt(snprintf(url, sizeof(url), "%s?prefix=shop", server.url),
			 (int)sizeof(url));
	ck_assert_int_eq(lq_client_open(other, url, NULL), 0);
	ck_assert_int_eq(lq_enqueue(other, "send", NULL, NULL, id), 0);
	lq_client_close(other);
	ck_assert_int_eq(redis_int("LLEN shop:{default}:wait"), 1);
	ck_assert_int_eq(redis_int("SISMEMBER shop:queues default"), 1);
	ck_assert_int_eq(redis_int("EXISTS lq:{default}:wait"), 0);
}
END_TEST

/* The rules of an enqueue-only user, as docs/protocol.md gives them. */
#define ENQUEUE_ONLY                                                                     \
	"-@all +auth +hello +ping +select +client|setname +evalsha +eval +time +exists " \
	"+llen +lpush +rpush +lpop +rpop +zadd +zrange +zrem +mset +hget +hmget +hlen "  \
	"+hset +hincrby +pexpireat +sadd ~lq:*"

START_TEST(user_who_may_only_enqueue)
{
	struct lq_client *client = lq_client_new();
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_job_info *info = NULL;
	char url[256], id[LQ_ID_SIZE];

	redis_run("ACL SETUSER shop on >pw " ENQUEUE_ONLY);
	(void)snprintf(url, sizeof(url), "unix://shop:pw@%s", server.socket);
	ck_assert_msg(lq_client_open(client, url, NULL) == 0, "%s", lq_client_error(client));
	ck_assert_msg(lq_enqueue(client, "send", NULL, &how, id) == 0, "%s",
		      lq_client_error(client));
	how.delay_ms = 60000;
	ck_assert_int_eq(lq_enqueue(client, "send", NULL, &how, NULL), 0);
	how.unique_key = "k";
	how.unique_ttl_ms = 60000;
	ck_assert_int_eq(lq_enqueue(client, "send", NULL, &how, NULL), 0);
	ck_assert_int_eq(redis_int("SISMEMBER lq:queues default"), 1);
	ck_assert_int_eq(lq_job_find(client, "default", id, &info), -EACCES);
	ck_assert_str_ne(lq_client_error(client), "");
	ck_assert_ptr_null(strstr(lq_client_error(client), "pw"));
	/* A right that is missing half-way through the script: its place is taken back. */
	redis_run("ACL SETUSER shop -mset");
	ck_assert_int_eq(lq_enqueue(client, "send", NULL, NULL, NULL), -EACCES);
	ck_assert_int_eq(redis_int("LLEN lq:{default}:wait"), 1);
	lq_client_close(client);
	redis_run("ACL DELUSER shop");
}
END_TEST

VERBS_MAIN("enqueue", makes_one, id_may_be_null, same_id_is_one_job, key_is_held_until_the_end,
	   key_has_a_time, delay_time_and_front, refusals_send_nothing, arguments_at_the_limit,
	   full_server_makes_nothing, foreign_type_changes_nothing, registers_a_queue_once,
	   no_client, prefix_of_its_own, user_who_may_only_enqueue)
