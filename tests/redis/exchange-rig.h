/* SPDX-License-Identifier: MIT */
/* Exchanges for tests: made for the fake worker's queue "q", sent, and what came back. */
#pragma once

#include "verbs-fixture.h"
#include "worker-protocol.h"

struct seen {
	int error;
	enum lq_settle_code codes[LQ_EXCHANGE_MAX];
	size_t n_codes, n_jobs, n_queues, n_held[64];
	struct fake_job jobs[LQ_EXCHANGE_MAX];
	size_t queues[LQ_EXCHANGE_MAX]; /* of the jobs */
	int64_t next_ms, now_ms;
};

/* For lq_exchange_send(); userdata is a struct seen. */
void take_exchange(void *userdata, int error, const struct lq_exchange_reply *reply);
/* Ends the test on an error. */
struct seen send_and_drive(struct lq_exchange *x, struct fake_worker *w);
/* An entry that settles; the caller frees *ret_bytes. */
struct lq_settle settle_of(const struct fake_worker *w, const struct fake_job *job, int kind,
			   int64_t ms, void **ret_bytes);
void add_settle(struct lq_exchange *x, const struct fake_worker *w, const struct fake_job *job,
		int kind, int64_t ms);
struct lq_exchange *exchange(const struct fake_worker *w, uint64_t token);
/* n jobs, QUEUE00 and so on. */
void make_jobs(const char *queue, size_t n);
