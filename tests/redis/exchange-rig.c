/* SPDX-License-Identifier: MIT */
#include "exchange-rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void take_exchange(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	struct seen *seen = userdata;

	*seen = (struct seen){ .error = error };
	if (error)
		return;
	seen->n_codes = reply->n_codes;
	memcpy(seen->codes, reply->codes, reply->n_codes * sizeof(*reply->codes));
	seen->n_queues = reply->n_queues;
	memcpy(seen->n_held, reply->n_held, reply->n_queues * sizeof(*reply->n_held));
	seen->n_jobs = reply->n_jobs;
	for (size_t i = 0; i < reply->n_jobs; i++) {
		seen->queues[i] = reply->jobs[i].queue;
		seen->jobs[i].token = reply->jobs[i].token;
		memcpy(seen->jobs[i].id, reply->jobs[i].id, strlen(reply->jobs[i].id) + 1);
	}
	seen->next_ms = reply->next_ms;
	seen->now_ms = reply->now_ms;
}

struct seen send_and_drive(struct lq_exchange *x, struct fake_worker *w)
{
	struct seen seen = { .error = 1 };

	ck_assert_int_eq(lq_exchange_send(x, w->conn, take_exchange, &seen), 0);
	fake_drive(w);
	ck_assert_int_eq(seen.error, 0);
	return seen;
}

struct lq_settle settle_of(const struct fake_worker *w, const struct fake_job *job, int kind,
			   int64_t ms, void **ret_bytes)
{
	static const enum lq_entry_kind kinds[] = { LQ_ENTRY_FINISHED, LQ_ENTRY_FAILED,
						    LQ_ENTRY_STOPPED,  LQ_ENTRY_CANCELED,
						    LQ_ENTRY_RETRY,    LQ_ENTRY_SNOOZE,
						    LQ_ENTRY_UNKNOWN,  LQ_ENTRY_RETURN };
	const struct lq_entry entry = {
		.kind = kinds[kind],
		.when_ms = 1,
		.worker = w->id,
		.token = job->token,
		.attempts = 1,
		.timeout_ms = 1000,
		.max_attempts = 1,
	};
	struct lq_settle settle = { .kind = (enum lq_settle_kind)kind,
				    .id = job->id,
				    .token = job->token,
				    .mode = 'a',
				    .ms = ms };

	ck_assert_int_eq(lq_entry_encode(&entry, ret_bytes, &settle.size), 0);
	settle.bytes = *ret_bytes;
	return settle;
}

void add_settle(struct lq_exchange *x, const struct fake_worker *w, const struct fake_job *job,
		int kind, int64_t ms)
{
	void *bytes;
	struct lq_settle settle = settle_of(w, job, kind, ms, &bytes);

	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	free(bytes); /* it was copied */
}

struct lq_exchange *exchange(const struct fake_worker *w, uint64_t token)
{
	struct lq_exchange *x = lq_exchange_new(w->id, w->lease_ms);

	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(lq_exchange_add_queue(x, "q", token), 0);
	return x;
}

void make_jobs(const char *queue, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char id[LQ_ID_SIZE];

		(void)snprintf(id, sizeof(id), "%s%02zu", queue, i);
		make_job(queue, id);
	}
}
