/* SPDX-License-Identifier: MIT */
/*
 * One connection: a socket (link.c), the protocol (resp.c), the login, and the
 * requests under way. Non-blocking inside; the client waits for it with poll(), the
 * manager with epoll. The part that the manager sees is in worker-protocol.h.
 */
#pragma once

#include "reply.h"
#include "script.h"
#include "worker-protocol.h"

#include <stddef.h>
#include <stdint.h>

/* error 0: reply is set, borrowed (an error reply has become an errno, and reply is that error).
 * Else NULL or the error reply. */
typedef void (*lq__reply_fn)(void *userdata, int error, const struct reply *reply);

/* Arguments of a command or script, counted; data borrowed for the call. */
struct lq__arg {
	const char *data;
	size_t size;
};

/* A command. 0, -ENOMEM, -EMSGSIZE (more than any limit of limits.h allows), -ENOTCONN. fn is
 * called once, from lq_conn_step() or lq_conn_close(). */
int lq__conn_command(struct lq_conn *conn, const struct lq__arg *args, size_t n, lq__reply_fn fn,
		     void *userdata);

/*
 * A script by its digest; on NOSCRIPT it is sent again as text, unseen by the caller
 * (the bytes after the digest are kept until the answer).
 */
int lq__conn_script(struct lq_conn *conn, enum lq_script_id script, size_t n_keys,
		    const struct lq__arg *keys_and_args, size_t n, lq__reply_fn fn, void *userdata);

const char *lq__conn_prefix(const struct lq_conn *conn); /* "lq" unless the URL says otherwise */
void lq__conn_set_connect_timeout(struct lq_conn *conn, int64_t ms); /* LQ_FOREVER: none */

/* In a reply function: makes the reply the caller's (lq__reply_free()). */
struct reply *lq__conn_take_reply(struct lq_conn *conn);

/* Covers the password of the URL, wherever it stands in words that came from elsewhere. */
void lq__conn_mask(const struct lq_conn *conn, char *text);

/* Instead of lq_conn_connect(): logs in over a descriptor that is connected already, which it takes
 * over in any case. */
int lq__conn_adopt(struct lq_conn *conn, int fd);
