/* SPDX-License-Identifier: MIT */
/* A connection and its scripted peer at the two ends of a socketpair. */
#pragma once

#include "conn.h"
#include "peer.h"

#define LOGIN PEER_EXPECT("PING"), PEER_SEND("+PONG\r\n")

/* What a reply function was called with, in one line a call: "name=text" or "name!errno". */
struct heard {
	struct lq_conn *conn;
	const char *name;
	const char *then; /* a command to send from the function; NULL: none */
};

extern char heard_log[1024];
void hear(void *userdata, int error, const struct reply *reply); /* userdata: struct heard */

struct lq_conn *conn_rig_new(const char *url);
struct lq_conn *conn_rig_begin(const char *url, const struct peer_step *steps,
			       struct peer **ret_peer);
/* Frees both; the peer must have nothing to complain about. */
void conn_rig_end(struct lq_conn *conn, struct peer *peer);

/* Steps as an owner with poll() does, until it is ready and nothing is pending, or broken. */
int conn_rig_settle(struct lq_conn *conn);
/* Until there is something to read, so that a step that follows reads it. */
void conn_rig_await_input(struct lq_conn *conn);

/* Sends, to be heard by h, of which `then` is the caller's. */
void conn_rig_command(struct lq_conn *conn, const char *name, struct heard *h);
void conn_rig_script(struct lq_conn *conn, enum lq_script_id id, struct heard *h);
