/* SPDX-License-Identifier: MIT */
/*
 * Claiming, renewing and giving back a name. The look and the deed are two commands: between
 * them a lease could only run out on a worker that has just been late by a whole
 * lease, and nothing but what people see depends on a name.
 */
#include "name.h"

#include "args.h"
#include "gather.h"
#include "keys.h"

#include <errno.h>
#include <string.h>

static char *name_key(const struct lq__gather *gather, char key[LQ__KEY_SIZE])
{
	return lq__key_name(key, lq__conn_prefix(gather->conn), gather->who.name);
}

static int send_get(struct lq__gather *gather, lq__reply_fn fn)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "GET");
	lq__args_add_str(&args, name_key(gather, key));
	return lq__gather_send(gather, &args, fn);
}

static int send_set(struct lq__gather *gather)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "SET");
	lq__args_add_str(&args, name_key(gather, key));
	lq__args_add_str(&args, gather->who.worker);
	lq__args_add_str(&args, "NX");
	lq__args_add_str(&args, "PX");
	lq__args_int(&args, gather->who.lease_ms);
	return lq__gather_send(gather, &args, NULL);
}

static int send_prolong(struct lq__gather *gather)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "PEXPIRE");
	lq__args_add_str(&args, name_key(gather, key));
	lq__args_int(&args, gather->who.lease_ms);
	return lq__gather_send(gather, &args, NULL);
}

static int send_del(struct lq__gather *gather)
{
	struct lq__args args = LQ__ARGS_INIT;
	char key[LQ__KEY_SIZE];

	lq__args_add_str(&args, "DEL");
	lq__args_add_str(&args, name_key(gather, key));
	return lq__gather_send(gather, &args, NULL);
}

/* 0: ours. LQ_LOCKED: another's. LQ_NOT_FOUND: free. */
static int look(const struct lq__gather *gather, const struct reply *message)
{
	const char *owner;
	size_t size;

	if (message->type == REPLY_NIL)
		return LQ_NOT_FOUND;
	if (lq__reply_want_str(message, &owner, &size) < 0)
		return -EPROTO;
	return strcmp(owner, gather->who.worker) ? LQ_LOCKED : 0;
}

/* SET NX went before: the name has an owner, and an answer that was lost is no obstacle. */
static void on_claimed(void *userdata, int error, const struct reply *message)
{
	struct lq__gather *gather = userdata;

	if (!error) {
		error = look(gather, message);
		if (error == LQ_NOT_FOUND)
			error = LQ_LOCKED;
	}
	lq__gather_done(gather, error);
}

int lq_name_claim_send(struct lq_conn *conn, const char *name, const char *worker, int64_t lease_ms,
		       lq_done_fn fn, void *userdata)
{
	struct lq__gather *gather;
	int r = lq__gather_new(conn, worker, name, fn, userdata, &gather);

	if (r < 0)
		return r;
	gather->who.lease_ms = lease_ms;
	r = send_set(gather);
	if (r >= 0)
		r = send_get(gather, on_claimed);
	return lq__gather_sent(gather, r);
}

static void on_renewal(void *userdata, int error, const struct reply *message)
{
	struct lq__gather *gather = userdata;

	if (!error) {
		error = look(gather, message);
		if (error == LQ_NOT_FOUND)
			error = send_set(gather);
		else if (error == 0)
			error = send_prolong(gather);
	}
	lq__gather_done(gather, error);
}

int lq__name_renew(struct lq__gather *gather)
{
	return send_get(gather, on_renewal);
}

static void on_release(void *userdata, int error, const struct reply *message)
{
	struct lq__gather *gather = userdata;

	if (!error) {
		error = look(gather, message);
		if (error == 0)
			error = send_del(gather);
		else if (error > 0)
			error = 0;
	}
	lq__gather_done(gather, error);
}

int lq__name_release(struct lq__gather *gather)
{
	return send_get(gather, on_release);
}
