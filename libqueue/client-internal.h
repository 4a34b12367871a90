/* SPDX-License-Identifier: MIT */
/* The blocking client inside: what the verbs (enqueue.c, find.c, ...) are written with. */
#pragma once

#include "conn.h"

#include <libqueue/client.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lq_client;
struct lq__known_queues;

/*
 * The part of lq__client_begin() that needs no server: NULL -> -ENOMEM, after fork -> -ECHILD, not
 * opened -> -EINVAL; clears the error text. For verbs that check their arguments
 * (lq__client_fail()) before they begin.
 */
int lq__client_check(struct lq_client *client);

/*
 * Begins a public call: NULL -> -ENOMEM, after fork -> -ECHILD, not opened -> -EINVAL; clears
 * the error text, sets the call's deadline (call limit + extra_ms; LQ_FOREVER: none), reconnects if
 * needed.
 */
int lq__client_begin(struct lq_client *client, int64_t extra_ms);

/* The same, but it ends at until_ms (CLOCK_MONOTONIC; -1: no such limit) at the latest, the
 * connecting included: for a wait, whose end is not that of its single calls. */
int lq__client_begin_until(struct lq_client *client, int64_t extra_ms, int64_t until_ms);

/* Sends what is queued on the connection and steps until every pending request is answered, or the
 * deadline. On failure the connection is closed and the words are set. What has queued anything
 * calls it whatever else fails: the reply functions point into its stack. */
int lq__client_finish(struct lq_client *client);

/* One script or command, begin to end within the call: *ret_reply is owned by the caller. Error
 * replies come as errno, words set. */
int lq__client_script(struct lq_client *client, enum lq_script_id script, size_t n_keys,
		      const struct lq__arg *keys_and_args, size_t n, struct reply **ret_reply);
int lq__client_command(struct lq_client *client, const struct lq__arg *args, size_t n,
		       struct reply **ret_reply);

/* Sets the words unless they are set already; returns error. */
int lq__client_fail(struct lq_client *client, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct lq_conn *lq__client_conn(struct lq_client *client);

/* The queues that this handle has registered (known-queues.h); forgotten when it connects anew. */
struct lq__known_queues *lq__client_known_queues(struct lq_client *client);
