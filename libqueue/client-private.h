/* SPDX-License-Identifier: MIT */
/* What client.c and client-call.c share. Verbs see client-internal.h only. */
#pragma once

#include "client-internal.h"
#include "known-queues.h"

#include <sys/types.h>

/* Ten thousand years: the sum with a clock's reading does not overflow. */
#define LQ__TIMEOUT_MAX_MS INT64_C(315360000000000)

struct lq_client {
	struct lq_conn *conn; /* NULL: not open */
	pid_t pid;            /* that opened it; 0: nobody yet */
	int64_t call_timeout_ms;
	int64_t limit_ms;    /* of the call under way, for its words; -1: none */
	int64_t deadline_ms; /* likewise, CLOCK_MONOTONIC */
	struct lq__known_queues known_queues;
	char error[512];
};

/* -ECHILD with its words in a process that has not opened it; else 0. */
int lq__client_check_process(struct lq_client *client);

/* Begins to connect; then waits until the login is done, at most until the call's deadline. On
 * failure it is closed and the words are set. */
int lq__client_connect(struct lq_client *client);
int lq__client_await_login(struct lq_client *client);
