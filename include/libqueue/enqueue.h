/* SPDX-License-Identifier: MIT */
/* Handing jobs over. */
#ifndef LIBQUEUE_ENQUEUE_H
#define LIBQUEUE_ENQUEUE_H

#include <libqueue/client.h>
#include <libqueue/error.h>
#include <libqueue/export.h>
#include <libqueue/limits.h>
#include <libqueue/value.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LQ_BEGIN_DECLS

struct lq_job_info;

/*
 * How a job is enqueued. In every number 0 is the default, LQ_FOREVER no limit,
 * LQ_AT_ONCE (TTLs) no keeping; other negative numbers are refused. Strings are
 * borrowed for the call.
 */
struct lq_enqueue_options {
	size_t size;             /* set by LQ_ENQUEUE_OPTIONS_INIT */
	const char *queue;       /* NULL: "default" */
	const char *id;          /* NULL: a UUID; the same id again is the same job */
	const char *unique_key;  /* one job of this key alive at a time; at most 255 bytes */
	const char *description; /* for people; at most 1,024 bytes of UTF-8 */
	int64_t unique_ttl_ms;   /* the key is held at most so long; default: until the job ends */
	int64_t delay_ms;        /* start so much later, by the server's clock */
	int64_t run_at_ms;  /* start then: Unix milliseconds; together with delay_ms: refused */
	int64_t timeout_ms; /* limit of one attempt; default 180 s */
	int64_t ttl_ms; /* longest wait before the first start, then `canceled`; default: no limit
			 */
	int64_t result_ttl_ms;  /* how long a result is kept; default 500 s */
	int64_t failure_ttl_ms; /* how long a failure is kept; default one year */
	int64_t backoff_ms;     /* before the second attempt, doubling; default 1 s */
	int64_t backoff_max_ms; /* at most so much between two attempts; default 1 h */
	int max_attempts;       /* in all, the first included; default 1; LQ_FOREVER: no limit */
	bool front;             /* at the head of the queue */
	bool sensitive;         /* arguments are not shown unless asked for */
};

#ifdef __cplusplus
static inline struct lq_enqueue_options lq_enqueue_options_init(void)
{
	struct lq_enqueue_options options = lq_enqueue_options();
	options.size = sizeof(options);
	return options;
}
#define LQ_ENQUEUE_OPTIONS_INIT lq_enqueue_options_init()
#else
#define LQ_ENQUEUE_OPTIONS_INIT                           \
	{                                                 \
		.size = sizeof(struct lq_enqueue_options) \
	}
#endif

/*
 * Enqueues one job. args is always consumed; NULL: no arguments. options may be
 * NULL. ret_id (LQ_ID_SIZE bytes, or NULL; may be the array options->id points to) is set before
 * anything is sent and stays set on failure; "" if the arguments were refused.
 *
 * 0: made. LQ_DUPLICATE: a job of this id is there already, unchanged.
 * LQ_LOCKED: the unique key is taken, ret_id is the owner's. -EINVAL, -EMSGSIZE, -ENOTSUP (an
 * option that this version does not know): refused, nothing sent. -ENOSPC: Redis is full, not made.
 * -ETIMEDOUT, -ECONNRESET: not made, or unknown: call again with that id and arguments packed anew;
 * it will be one job. Blocks up to the call limit. Since: 0.1
 */
LQ_API int lq_enqueue(struct lq_client *client, const char *handler, struct lq_value *args,
		      const struct lq_enqueue_options *options, char *ret_id);

struct lq_enqueue_spec {
	const char *handler;
	struct lq_value *args;                    /* consumed, NULL allowed */
	const struct lq_enqueue_options *options; /* NULL: defaults */
};

/*
 * Enqueues n jobs: one script call per queue and 1,000 jobs, all in one round
 * trip. All args are consumed. ret_ids and ret_outcomes (n elements each, or
 * NULL) hold for each job its id and what lq_enqueue() would have returned.
 * 0: all made. LQ_PARTIAL: see ret_outcomes. A negative errno: the whole call
 * failed (a job whose outcome is that errno was not made, or unknown: again
 * with its id). Blocks up to the call limit. Since: 0.1
 */
LQ_API int lq_enqueue_many(struct lq_client *client, const struct lq_enqueue_spec *specs, size_t n,
			   char (*ret_ids)[LQ_ID_SIZE], int *ret_outcomes);

/*
 * Enqueues a job and waits for its end; safe with a result TTL of 0. Outcomes of
 * lq_enqueue() and of lq_job_wait(); the id is set as lq_enqueue() says. Blocks up to timeout_ms
 * (LQ_FOREVER: no limit) beyond the call limit. ret_info as in lq_job_wait(). Since: 0.1
 */
LQ_API int lq_enqueue_wait(struct lq_client *client, const char *handler, struct lq_value *args,
			   const struct lq_enqueue_options *options, int64_t timeout_ms,
			   char *ret_id, struct lq_job_info **ret_info);

LQ_END_DECLS

#endif
