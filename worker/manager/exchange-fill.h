/* SPDX-License-Identifier: MIT */
/* What an exchange takes along: the queues, what has ended, how many jobs are wanted. */
#pragma once

#include <stddef.h>

struct lq_exchange;
struct manager;

/* Jobs whose settle is in it are in flight afterwards. 0, or a negative errno. */
int exchange_fill(struct manager *m, struct lq_exchange *x, size_t want);
