/* SPDX-License-Identifier: MIT */
/*
 * What the files of a connection share: conn.c, conn-login.c, conn-step.c.
 *
 * It goes closed -> connecting -> login -> ready, and from everywhere back to closed.
 * Whatever fails is found in lq_conn_step(), which closes, and so ends what is pending;
 * nothing else calls reply functions, except lq_conn_close().
 */
#pragma once

#include "conn.h"
#include "link.h"
#include "request.h"
#include "url.h"

#define LQ__CONN_INPUT_SIZE (64 * 1024)

struct lq_conn {
	enum { CONN_CLOSED, CONN_CONNECTING, CONN_LOGIN, CONN_READY } state;
	struct lq__url url;
	struct lq__link link;
	struct lq__resp *resp; /* NULL: closed */
	struct lq__requests requests;
	struct reply *current; /* borrowed by the reply function under way */
	int64_t connect_timeout_ms;
	int64_t deadline_ms; /* of the connecting and the login; -1: none */
	int login_error;     /* what the server answered the login with, as errno */
	char error[512];
	char input[LQ__CONN_INPUT_SIZE];
};

/* Sets the words, unless there are some: what follows the first failure is its consequence.
 * Returns error. */
int lq__conn_fail(struct lq_conn *conn, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int lq__conn_cannot_connect(struct lq_conn *conn, int error);

/* AUTH and SELECT where the URL says so, then a PING, which a server refuses that wants a password
 * or is loading: all in one go. */
int lq__conn_queue_login(struct lq_conn *conn);

/* Calls the function of a request that has been taken out, and frees it. */
void lq__conn_finish_request(struct lq_conn *conn, struct lq__request *request);
