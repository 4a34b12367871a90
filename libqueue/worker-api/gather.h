/* SPDX-License-Identifier: MIT */
/*
 * Several commands that are one verb: its function is called once, after the last of
 * them, with the first error. A command's own function may send more, before it calls
 * lq__gather_done().
 */
#pragma once

#include "args.h"
#include "conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A worker and its name, as its verbs carry them. */
struct lq__identity {
	char worker[LQ_NAME_MAX + 1], name[LQ_WORKER_NAME_MAX + 1];
	int64_t lease_ms;
};

struct lq__gather {
	struct lq_conn *conn;
	lq_done_fn fn; /* NULL: nobody asks */
	void *userdata;
	size_t n_pending;
	int error;
	struct lq__identity who;
};

/* -EINVAL: worker or name is none. */
int lq__gather_new(struct lq_conn *conn, const char *worker, const char *name, lq_done_fn fn,
		   void *userdata, struct lq__gather **ret);

/* Sends and consumes (lq__args_fini()) a command; fn NULL: only its error counts. fn is given the
 * gather as userdata and must call lq__gather_done(). */
int lq__gather_send(struct lq__gather *gather, struct lq__args *args, lq__reply_fn fn);

/* One command less; frees the gather after the last. */
void lq__gather_done(struct lq__gather *gather, int error);

/* Ends the sending, with what it came to. Below 0 the verb has failed: its function will not be
 * called, whatever has been sent. Returns r. */
int lq__gather_sent(struct lq__gather *gather, int r);

/* For commands whose outcome is nobody's concern. */
static inline void lq__ignore_reply(void *userdata, int error, const struct reply *message)
{
	(void)userdata;
	(void)error;
	(void)message;
}
