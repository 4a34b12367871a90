/* SPDX-License-Identifier: MIT */
/* Every size limit and every default that a user can meet, in one place. */
#ifndef LIBQUEUE_LIMITS_H
#define LIBQUEUE_LIMITS_H

/* Sizes in bytes. What exceeds one is refused, never cut, except where "cut" is said. */
#define LQ_NAME_MAX 128                      /* a queue's or handler's name */
#define LQ_ID_MAX 128                        /* a job's id */
#define LQ_ID_SIZE (LQ_ID_MAX + 1)           /* an array for an id and its final zero */
#define LQ_ARGS_MAX (1024 * 1024)            /* arguments, as msgpack */
#define LQ_RESULT_MAX (1024 * 1024)          /* a result, as msgpack */
#define LQ_ENVELOPE_MAX (LQ_ARGS_MAX + 8192) /* arguments and all that goes with them */
#define LQ_MESSAGE_MAX 4096                  /* a failure's message; cut */
#define LQ_STDERR_MAX (16 * 1024)            /* the tail of stderr in a failure's record; cut */
#define LQ_FAILURE_MAX (64 * 1024)           /* all of a failure in the record; cut */
#define LQ_DESCRIPTION_MAX 1024              /* a job's description */
#define LQ_UNIQUE_KEY_MAX 255                /* a uniqueness key */
#define LQ_NESTING_MAX 32                    /* maps and arrays inside each other */
#define LQ_URL_MAX 2048                      /* a Redis URL */
#define LQ_WORKER_NAME_MAX 64                /* a worker's name */
#define LQ_CHILDREN_MAX 1000                 /* follow-up jobs of one attempt */
#define LQ_CHILDREN_BYTES (1280 * 1024) /* those together, so that they are settled in one call */

/* Counts. */
#define LQ_BATCH_MAX 1000 /* jobs in one enqueue call to Redis (lq_enqueue_many splits) */
#define LQ_BATCH_BYTES (4 * 1024 * 1024) /* bytes in one call to Redis, likewise */
#define LQ_EXCHANGE_MAX 100              /* claims and settles in one call of a worker */
#define LQ_PAGE_MAX 1000                 /* rows in one page of a listing */
#define LQ_REGISTRY_MAX 10000            /* ended jobs that a queue keeps of each kind */
#define LQ_HISTORY_MAX 8                 /* attempts that a record keeps */
#define LQ_LOSSES_MAX 10 /* losses in a row after which a job ends as failed, `lost` */

/* Values that stand for something else in a field of int64_t milliseconds. */
#define LQ_FOREVER (-1) /* no limit */
#define LQ_AT_ONCE (-2) /* a TTL: do not keep it at all */

/* The longest of what is not LQ_FOREVER: 100 years; and the last moment of the year 9999. */
#define LQ_DURATION_MAX_MS 3153600000000
#define LQ_TIME_MAX_MS 253402300799999

/* Defaults, milliseconds unless said. */
#define LQ_DEFAULT_QUEUE "default"
#define LQ_DEFAULT_URL "redis://127.0.0.1:6379/0"
#define LQ_DEFAULT_PREFIX "lq"
#define LQ_DEFAULT_TIMEOUT_MS 180000
#define LQ_DEFAULT_MAX_ATTEMPTS 1
#define LQ_DEFAULT_BACKOFF_MS 1000
#define LQ_DEFAULT_BACKOFF_MAX_MS 3600000
#define LQ_DEFAULT_RESULT_TTL_MS 500000
#define LQ_DEFAULT_FAILURE_TTL_MS 31536000000 /* a year */
#define LQ_DEFAULT_CANCELED_TTL_MS 86400000   /* a day; canceled and stopped jobs */
#define LQ_DEFAULT_DEDUP_MS 60000 /* how long an id stays taken after an end with TTL 0 */
#define LQ_DEFAULT_CONNECT_TIMEOUT_MS 2000
#define LQ_DEFAULT_CALL_TIMEOUT_MS 5000

#endif
