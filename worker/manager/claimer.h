/* SPDX-License-Identifier: MIT */
/*
 * The exchange with Redis: takes along what has ended, asks for what can be run, one at a time
 * (a second one before the answer would be handed the first one's jobs again).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct lq_exchange;
struct lq_exchange_reply;
struct manager;

struct claimer {
	struct lq_exchange *in_flight; /* NULL: none */
	uint64_t *tokens;              /* the highest received from each queue */
	size_t wanted;                 /* of the exchange in flight */
	size_t redeliver;   /* jobs of ours that are to be handed out again; not 0: ask for them */
	bool may_have_work; /* nothing says that the queues are empty */
	bool is_owed;       /* an exchange is due whatever there is to do */
	bool is_paused;     /* somebody looks at what Redis thinks that we hold */
	bool one_by_one;    /* Redis refused a batch: find out which settle it was */
	int64_t idle_floor_ms, retry_ms;
	struct loop_timer next, retry, poll, gather;
};

int claimer_init(struct claimer *claimer, struct manager *m);
void claimer_fini(struct claimer *claimer);

/* How many jobs could be taken now, beside those that wait already. */
size_t claimer_want(const struct manager *m);
/* Sends an exchange if there is a reason to. Called at the end of each turn of the loop. */
void claimer_run(struct manager *m);
/* Something says that there may be work. */
void claimer_hint(struct manager *m);
/* An exchange even if there is nothing to do: renews the lease, gives back a wake token. */
void claimer_owe(struct manager *m);
bool claimer_is_busy(const struct manager *m);
/* A queue's jobs from this token on are handed out again by the next exchange. */
void claimer_redeliver(struct manager *m, size_t queue, uint64_t from_token, size_t n);
