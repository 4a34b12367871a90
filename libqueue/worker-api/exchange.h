/* SPDX-License-Identifier: MIT */
/* The exchange inside: what the builder (exchange.c), the sender (exchange-send.c) and the reader
 * of the reply (exchange-reply.c) share. */
#pragma once

#include "worker-protocol.h"

#include <stddef.h>
#include <stdint.h>

#define EXCHANGE_QUEUES_MAX 64

struct reply;

struct exchange_queue {
	char name[LQ_NAME_MAX + 1];
	uint64_t token;
};

/* A settle or child whose pointers lead into its block. */
struct exchange_settle {
	struct lq_settle settle;
	char *block;
};

struct exchange_child {
	struct lq_child child;
	char *block;
};

struct lq_exchange {
	char *worker;
	int64_t lease_ms;
	size_t want;
	size_t size; /* of the arguments, about */
	struct exchange_queue queues[EXCHANGE_QUEUES_MAX];
	size_t n_queues;
	struct exchange_settle settles[LQ_EXCHANGE_MAX];
	size_t n_settles;
	struct exchange_child *children;
	size_t n_children, children_capacity;
};

/* What the reply is checked against: it must answer this question and no other. */
struct exchange_question {
	size_t n_settles, n_queues, want;
	size_t order[LQ_EXCHANGE_MAX]; /* the settle that was sent at this place */
};

/* The reply, read; ids and records borrow from the message. */
struct exchange_answer {
	enum lq_settle_code codes[LQ_EXCHANGE_MAX];
	struct lq_handed_out jobs[LQ_EXCHANGE_MAX];
	size_t n_held[EXCHANGE_QUEUES_MAX];
	struct lq_exchange_reply reply; /* its pointers lead to the arrays above */
};

/* 0, or -EPROTO if any part of the message is not what the question asks for. */
int lq__exchange_read(const struct reply *message, const struct exchange_question *question,
		      struct exchange_answer *ret);
