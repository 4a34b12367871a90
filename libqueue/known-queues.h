/* SPDX-License-Identifier: MIT */
/*
 * The queues whose names a handle has put into the set of queues: each first use sends one SADD,
 * and only that. A cache of fixed size: what falls out of it is registered once more, which does no
 * harm.
 */
#pragma once

#include <libqueue/limits.h>
#include <stdbool.h>

#define LQ__KNOWN_QUEUES 32

struct lq__known_queues {
	char names[LQ__KNOWN_QUEUES][LQ_NAME_MAX + 1]; /* "": free; a name stands at its hash */
};

void lq__known_queues_clear(struct lq__known_queues *known);
bool lq__known_queues_has(const struct lq__known_queues *known, const char *queue);
void lq__known_queues_add(struct lq__known_queues *known, const char *queue);
