/* SPDX-License-Identifier: MIT */
/*
 * The requests of one connection: what is still to be sent, and to which one an
 * answer belongs.
 *
 * They stand in two orders. `asked` is that of the caller, who is answered in it; `wire`
 * is that of the server. They differ after a NOSCRIPT: the request goes to the end
 * of the wire once more, as text, and the answers that come before its own are held back.
 */
#pragma once

#include "conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/uio.h>

struct lq__request {
	TAILQ_ENTRY(lq__request) asked;
	TAILQ_ENTRY(lq__request) wire;
	lq__reply_fn fn;
	void *userdata;
	bool is_login; /* sent before the others may be, and not counted */

	char *bytes; /* formatted, kept until the answer */
	size_t size;
	size_t digest_end; /* in bytes: what follows is the same in EVAL; 0: no script */
	const struct lq_script *script; /* NULL: a command */
	char head[64]; /* of EVAL, up to the script's text; "" as long as it is EVALSHA */

	size_t sent; /* of what is sent: bytes, or head, text and the rest */
	struct reply *reply;
};

TAILQ_HEAD(lq__request_list, lq__request);

struct lq__requests {
	struct lq__request_list asked, wire;
	struct lq__request *unsent; /* the first on the wire that is not sent whole; NULL: none */
	size_t n;                   /* without the login's */
};

void lq__requests_init(struct lq__requests *requests);

/* 0, -ENOMEM, -EMSGSIZE. */
int lq__request_command(const struct lq__arg *args, size_t n, struct lq__request **ret);
int lq__request_script(const struct lq_script *script, size_t n_keys,
		       const struct lq__arg *keys_and_args, size_t n, struct lq__request **ret);
void lq__request_free(struct lq__request *request);

/* Hands it over. */
void lq__requests_add(struct lq__requests *requests, struct lq__request *request);

bool lq__requests_has_unsent(const struct lq__requests *requests, bool login_only);
/* Fills iov with what is to be sent next; returns how many were filled. */
size_t lq__requests_to_send(const struct lq__requests *requests, bool login_only, struct iovec *iov,
			    size_t n_max);
void lq__requests_sent(struct lq__requests *requests, size_t n_bytes);

/*
 * An answer has come; it is handed over. 0, or -EPROTO if nothing was asked (or not
 * whole yet): then it stays the caller's.
 */
int lq__requests_answer(struct lq__requests *requests, struct reply *reply);

/* Takes out the next one that may be answered now, or NULL; the first one in any case. */
struct lq__request *lq__requests_take_answered(struct lq__requests *requests);
struct lq__request *lq__requests_take_first(struct lq__requests *requests);
