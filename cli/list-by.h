/* SPDX-License-Identifier: MIT */
/* Counting jobs by what they have in common. */
#pragma once

#include <libqueue/inspect.h>

enum by { BY_HANDLER, BY_KIND, BY_WORKER, N_BY };

extern const char *const by_names[N_BY];

struct group {
	char *key; /* owned */
	int64_t count, newest_at_ms;
	char newest_id[LQ_ID_SIZE];
};

/* Sorted by key while rows are added. */
struct groups {
	enum by by;
	struct group *groups;
	size_t n, capacity;
};

void groups_fini(struct groups *g);
/* 0 or -ENOMEM. */
int groups_add(struct groups *g, const struct lq_job_row *row);
/* The largest first. */
void groups_print(struct groups *g);
