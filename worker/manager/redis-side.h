/* SPDX-License-Identifier: MIT */
/*
 * One connection to Redis in the loop: connects, reconnects with backoff and jitter (1 s
 * doubling to 30 s), and tells when it is ready and when it is lost. A worker has two, one for
 * commands and one that blocks. A server that does not answer for long is as good as gone: a peer
 * that has vanished without a word would else be waited for until the lease has ended.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct lq_conn;

#define RECONNECT_MIN_MS 1000
#define RECONNECT_MAX_MS 30000

typedef void (*redis_side_fn)(void *userdata);

struct redis_side {
	struct loop *loop;
	struct lq_conn *conn; /* owned */
	const char *role;     /* for log lines */
	struct loop_source source;
	struct loop_timer deadline, reconnect;
	struct loop_timer stall; /* the oldest request has not been answered by then */
	size_t n_pending;
	redis_side_fn on_ready, on_lost;
	void *userdata;
	int64_t backoff_ms; /* the last one; 0: none */
	int64_t backoff_max_ms;
	bool is_ready;
	bool is_stepping, again; /* lq_conn_step() is on the stack; step once more */
};

int redis_side_init(struct redis_side *side, struct loop *loop, const char *url, const char *role,
		    char *error_text, size_t size);
void redis_side_fini(struct redis_side *side);
void redis_side_connect(struct redis_side *side);
bool redis_side_is_ready(const struct redis_side *side);
/* To be called after a request was put on the connection: writes what can be written. */
void redis_side_flush(struct redis_side *side);
