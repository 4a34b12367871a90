/* SPDX-License-Identifier: MIT */
/* The worker as others see it: its hash, its place in the set of workers, its queues. */
#include "args.h"
#include "buffer.h"
#include "clock.h"
#include "gather.h"
#include "keys.h"
#include "name.h"

#include <errno.h>
#include <string.h>

/* A worker that has not been heard of for so long is taken off the list, a few in each turn. */
#define FORGET_AFTER_MS 3600000
#define FORGET_AT_ONCE "100"

static const char *prefix_of(const struct lq__gather *gather)
{
	return lq__conn_prefix(gather->conn);
}

static void add_field(struct lq__args *args, const char *field, const char *value)
{
	lq__args_add_str(args, field);
	lq__args_add_str(args, value ? value : "");
}

static void add_number(struct lq__args *args, const char *field, int64_t value)
{
	lq__args_add_str(args, field);
	lq__args_int(args, value);
}

/* "mail default". */
static void add_queues(struct lq__args *args, const struct lq_presence *presence)
{
	struct buffer text = BUFFER_INIT(SIZE_MAX);
	int r = buffer_append(&text, "", 0);

	for (size_t i = 0; !r && i < presence->n_queues; i++) {
		if (i > 0)
			r = buffer_append(&text, " ", 1);
		if (!r)
			r = buffer_append(&text, presence->queues[i], strlen(presence->queues[i]));
	}
	if (!r)
		r = buffer_append(&text, "", 1);
	lq__args_add_str(args, "queues");
	if (r)
		args->error = r;
	else
		lq__args_copy(args, (const char *)buffer_begin(&text));
	buffer_fini(&text);
}

static int send_hash(struct lq__gather *gather, const struct lq_presence *presence)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "HSET");
	lq__args_add_str(&args, lq__key_worker(key, prefix_of(gather), presence->worker));
	add_field(&args, "name", presence->name);
	add_field(&args, "host", presence->host);
	add_number(&args, "pid", presence->pid);
	add_field(&args, "version", presence->version);
	add_queues(&args, presence);
	add_number(&args, "started_at", presence->started_at_ms);
	add_field(&args, "state", presence->state);
	add_number(&args, "runners", presence->runners);
	add_number(&args, "busy", presence->busy);
	add_number(&args, "jobs_done", presence->jobs_done);
	add_number(&args, "last_claim", presence->last_claim_ms);
	return lq__gather_send(gather, &args, NULL);
}

static int send_expiry(struct lq__gather *gather)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "PEXPIRE");
	lq__args_add_str(&args, lq__key_worker(key, prefix_of(gather), gather->who.worker));
	lq__args_int(&args, gather->who.lease_ms);
	return lq__gather_send(gather, &args, NULL);
}

static int send_heartbeat(struct lq__gather *gather)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "ZADD");
	lq__args_add_str(&args, lq__key_workers(key, prefix_of(gather)));
	lq__args_int(&args, clock_realtime_ms());
	lq__args_add_str(&args, gather->who.worker);
	return lq__gather_send(gather, &args, NULL);
}

static int send_queues(struct lq__gather *gather, const struct lq_presence *presence)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	if (presence->n_queues == 0)
		return 0;
	lq__args_add_str(&args, "SADD");
	lq__args_add_str(&args, lq__key_queues(key, prefix_of(gather)));
	for (size_t i = 0; i < presence->n_queues; i++)
		lq__args_add_str(&args, presence->queues[i]);
	return lq__gather_send(gather, &args, NULL);
}

static void on_forgotten(void *userdata, int error, const struct reply *message)
{
	struct lq__gather *gather = userdata;
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	if (!error && (error = lq__reply_want_array(message, 0, SIZE_MAX)) == 0 && message->size) {
		lq__args_add_str(&args, "ZREM");
		lq__args_add_str(&args, lq__key_workers(key, prefix_of(gather)));
		for (size_t i = 0; i < message->size; i++)
			lq__args_add(&args, message->elements[i]->str, message->elements[i]->size);
		error = lq__gather_send(gather, &args, NULL);
	}
	lq__gather_done(gather, error);
}

/* By name and not by rank: one that comes back meanwhile only misses until its next heartbeat. */
static int send_forget(struct lq__gather *gather)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "ZRANGE");
	lq__args_add_str(&args, lq__key_workers(key, prefix_of(gather)));
	lq__args_add_str(&args, "-inf");
	lq__args_int(&args, clock_realtime_ms() - FORGET_AFTER_MS);
	lq__args_add_str(&args, "BYSCORE");
	lq__args_add_str(&args, "LIMIT");
	lq__args_add_str(&args, "0");
	lq__args_add_str(&args, FORGET_AT_ONCE);
	return lq__gather_send(gather, &args, on_forgotten);
}

int lq_presence_send(struct lq_conn *conn, const struct lq_presence *presence, int64_t lease_ms,
		     lq_done_fn fn, void *userdata)
{
	struct lq__gather *gather;
	int r = lq__gather_new(conn, presence->worker, presence->name, fn, userdata, &gather);

	if (r < 0)
		return r;
	gather->who.lease_ms = lease_ms;
	r = send_hash(gather, presence);
	if (r >= 0)
		r = send_expiry(gather);
	if (r >= 0)
		r = send_heartbeat(gather);
	if (r >= 0)
		r = send_queues(gather, presence);
	if (r >= 0)
		r = lq__name_renew(gather);
	if (r >= 0)
		r = send_forget(gather);
	return lq__gather_sent(gather, r);
}

static int send_removal(struct lq__gather *gather)
{
	struct lq__args del = LQ__ARGS_INIT, zrem = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&del, "DEL");
	lq__args_add_str(&del, lq__key_worker(key, prefix_of(gather), gather->who.worker));

	int r = lq__gather_send(gather, &del, NULL);

	if (r < 0)
		return r;
	lq__args_add_str(&zrem, "ZREM");
	lq__args_add_str(&zrem, lq__key_workers(key, prefix_of(gather)));
	lq__args_add_str(&zrem, gather->who.worker);
	return lq__gather_send(gather, &zrem, NULL);
}

int lq_presence_remove_send(struct lq_conn *conn, const char *worker, const char *name,
			    lq_done_fn fn, void *userdata)
{
	struct lq__gather *gather;
	int r = lq__gather_new(conn, worker, name, fn, userdata, &gather);

	if (r < 0)
		return r;
	r = send_removal(gather);
	if (r >= 0)
		r = lq__name_release(gather);
	return lq__gather_sent(gather, r);
}
