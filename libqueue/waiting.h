/* SPDX-License-Identifier: MIT */
/*
 * Waiting for the end of a job: the client registers a nonce with the script `wait`, whoever
 * ends the job pushes the final record to that nonce's list, and the client blocks on it. It
 * registers again after 20 s, or when the connection was lost: that renews what expires, and
 * finds out about an end whose message went astray.
 */
#pragma once

#include "client-internal.h"
#include "id.h"

#include <libqueue/job.h>
#include <stdbool.h>
#include <stdint.h>

struct lq__waiting {
	struct lq_client *client;
	const char *queue, *id; /* borrowed */
	char nonce[LQ_UUID_SIZE];
	int64_t timeout_ms, end_ms; /* CLOCK_MONOTONIC; -1: none */
	bool is_registered;         /* the next step is to block */
};

void lq__waiting_init(struct lq__waiting *w, struct lq_client *client, const char *queue,
		      const char *id, int64_t timeout_ms);

/* The time begins now: what came before has a limit of its own. */
void lq__waiting_restart(struct lq__waiting *w);

/* 0 (*ret_info is set and the caller's), LQ_TIMEOUT, LQ_NOT_FOUND, or a negative errno. */
int lq__waiting_run(struct lq__waiting *w, struct lq_job_info **ret_info);
