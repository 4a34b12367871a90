/* SPDX-License-Identifier: MIT */
/*
 * What the manager needs of libqueue beyond the public headers: a non-blocking
 * connection, and the verbs of a worker. Semi-public: seen by worker/manager only,
 * never installed.
 *
 * Every verb is sent at once and answered by a call of its function, in the
 * order of sending, from lq_conn_step(); if the connection breaks or is closed first,
 * with -ECONNRESET and nothing else. Exactly once in either case. In the function the
 * reply's data are borrowed until it returns; it may send, but not free or
 * close the connection.
 */
#pragma once

#include <libqueue/error.h>
#include <libqueue/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Connection (conn.c) ---- */

struct lq_conn;

/* Parses the URL ("@FILE" too), opens nothing. error_text (size bytes) gets the words of a failure.
 */
int lq_conn_new(const char *url, struct lq_conn **ret_conn, char *error_text, size_t size);
void lq_conn_free(struct lq_conn *conn);

/*
 * Starts to connect and log in; name resolution blocks, the rest goes on in
 * lq_conn_step(). Requests may be sent at once, they follow the login. connect_timeout_ms from
 * limits.h applies: after it a step answers -ETIMEDOUT. A connection that was open is closed first.
 */
int lq_conn_connect(struct lq_conn *conn);

/* Ends every pending request with -ECONNRESET. The connection may be connected again. */
void lq_conn_close(struct lq_conn *conn);

int lq_conn_fd(const struct lq_conn *conn);        /* -1: closed */
short lq_conn_events(const struct lq_conn *conn);  /* POLLIN | POLLOUT, what it waits for */
bool lq_conn_is_ready(const struct lq_conn *conn); /* logged in */
size_t lq_conn_n_pending(const struct lq_conn *conn);
int64_t lq_conn_deadline_ms(const struct lq_conn *conn); /* CLOCK_MONOTONIC at which a step is due
							    all the same; -1: none */

/* Does what can be done without blocking. A negative errno: it is broken (and closed); the words
 * are in lq_conn_error(). */
int lq_conn_step(struct lq_conn *conn);
const char *lq_conn_error(const struct lq_conn *conn);

/* "redis://host:6379/0" without user and password, for log lines. */
const char *lq_conn_display_url(const struct lq_conn *conn);

/* ---- Records (codec/record.c) ---- */

enum lq_entry_kind {
	LQ_ENTRY_ENVELOPE = 0,
	LQ_ENTRY_RETRY = 1,
	LQ_ENTRY_SNOOZE = 2,
	LQ_ENTRY_RETURN = 3,
	LQ_ENTRY_LOST = 4,
	LQ_ENTRY_REQUEUED = 5,
	LQ_ENTRY_UNKNOWN = 6,
	LQ_ENTRY_FINISHED = 8,
	LQ_ENTRY_FAILED = 9,
	LQ_ENTRY_CANCELED = 10,
	LQ_ENTRY_STOPPED = 11,
};

/* What the caller set, of what concerns a worker; 0: not set, LQ_FOREVER, LQ_AT_ONCE as in
 * limits.h. */
struct lq_job_limits {
	int64_t timeout_ms, ttl_ms, result_ttl_ms, failure_ttl_ms, backoff_ms, backoff_max_ms;
	int64_t dedup_ms;
	int max_attempts;
};

/* A record as a worker is handed it. Pointers borrow from the record's bytes, except where owned is
 * said. */
struct lq_claimed_record {
	char *handler;    /* owned copy, terminated */
	char *unique_key; /* owned copy, terminated; NULL: none */
	const void *args; /* msgpack bytes; NULL and 0: none */
	size_t args_size;
	const void *envelope; /* the envelope's own bytes */
	size_t envelope_size;
	struct lq_job_limits limits;
	int64_t created_at_ms;
	unsigned int version;          /* of the envelope; above 1: nothing else of it is set */
	unsigned int attempts, losses; /* of the last entry */
	uint32_t snoozes;
	int64_t unknown_since_ms; /* first time of the run of kind 6 at the end; -1: none */
};

/*
 * 0, -ENOMEM, or -EPROTO: "the record is damaged", of which the counters may still be right.
 * What is set is freed with lq_claimed_record_fini() in any case.
 */
int lq_claimed_record_decode(const void *record, size_t size, struct lq_claimed_record *ret);
void lq_claimed_record_fini(struct lq_claimed_record *record);

/* A failure as it goes into the record; text is cut to the limits of limits.h. Any pointer may be
 * NULL. */
struct lq_failure_report {
	const char *kind, *message, *signal;
	const char *stderr_tail;
	size_t stderr_size;
	int error;                              /* positive errno; 0: none */
	int exit_status;                        /* -1: none */
	int64_t user_ms, system_ms, max_rss_kb; /* -1: not known */
};

/* One settling entry, §"The record" of docs/protocol.md. */
struct lq_entry {
	enum lq_entry_kind kind;
	int64_t when_ms;    /* the manager's estimate of the server's clock */
	const char *worker; /* <name>.<uuid> */
	uint64_t token;
	uint32_t snoozes; /* counters after this entry */
	unsigned int losses, attempts;
	int64_t timeout_ms; /* the limits that applied */
	int max_attempts;
	int64_t delay_ms;         /* retry, snooze, unknown */
	int64_t unknown_since_ms; /* unknown */
	const char *text;         /* canceled, snooze; NULL: none */
	const void *result;       /* finished: msgpack bytes; NULL: none */
	size_t result_size;
	const struct lq_failure_report *failure; /* retry, failed, stopped */
};

/*
 * The bytes to settle with, owned by the caller (free()). lq_entry_encode: this entry alone
 * (APPEND). 0, -EINVAL (a kind that no worker writes), -EMSGSIZE, -ENOMEM.
 * lq_record_compose: envelope, the last LQ_HISTORY_MAX - 1 entries and this one (SET). 0, -ENOMEM,
 * or -EPROTO: the record is damaged, only appending is left.
 */
int lq_entry_encode(const struct lq_entry *entry, void **ret_bytes, size_t *ret_size);
int lq_record_compose(const void *record, size_t record_size, const void *entry, size_t entry_size,
		      void **ret_bytes, size_t *ret_size);

/* Backoff before the attempt after n_failures (1...) of them: exponential, capped, +-25 % jitter
 * from random (codec/backoff.c). */
int64_t lq_backoff_ms(int64_t base_ms, int64_t max_ms, unsigned int n_failures, uint32_t random);

/* ---- exchange: settle, promote, claim, renew (exchange.c) ---- */

enum lq_settle_kind {
	LQ_SETTLE_FINISHED,
	LQ_SETTLE_FAILED,
	LQ_SETTLE_STOPPED,
	LQ_SETTLE_CANCELED,
	LQ_SETTLE_RETRY,
	LQ_SETTLE_SNOOZE,
	LQ_SETTLE_UNKNOWN,
	LQ_SETTLE_RETURN,
};

struct lq_settle {
	size_t queue; /* index into the queues of the exchange */
	const char *id;
	const char *unique_key; /* NULL: none */
	uint64_t token;
	int64_t ms; /* TTL (-1: for ever), delay, or dedup */
	const void *bytes;
	size_t size;
	enum lq_settle_kind kind;
	char mode; /* 's' SET of the whole record, 'a' APPEND of the entry, 't' tombstone (bytes:
		      the entry; ms: dedup) */
};

struct lq_child {
	size_t settle; /* index of its parent among the settles, in order of adding */
	const char *queue;
	const char *id;
	const void *envelope;
	size_t envelope_size;
	int64_t delay_ms, run_at_ms; /* as in struct lq_enqueue_options; both 0: at once */
	bool front;
	const char *unique_key; /* NULL: none; the one in the envelope */
	int64_t unique_ttl_ms;  /* 0: until it ends */
};

/* Names, id, times, key and the envelope's end: whether the script will take it. */
bool lq_child_is_sound(const struct lq_child *child);

enum lq_settle_code {
	LQ_SETTLED_NOT_YOURS = 0, /* the lease was lost: nothing changed */
	LQ_SETTLED = 1,
	LQ_SETTLED_ALREADY = 2,    /* a repetition; nothing changed */
	LQ_SETTLED_AS_STOPPED = 3, /* somebody had asked to stop it: it did not go back */
};

struct lq_exchange;

/* Children of one call. Twice as many are arguments of one command in Lua, where 8,000 are too
 * many. */
#define LQ_EXCHANGE_CHILDREN_MAX 3000

/* An empty exchange. Everything that is added is copied. NULL: no memory. */
struct lq_exchange *lq_exchange_new(const char *worker, int64_t lease_ms);
void lq_exchange_free(struct lq_exchange *x);

/* In order of priority, before anything else is added; at most 64, each once. token: the highest
 * one received from it. */
int lq_exchange_add_queue(struct lq_exchange *x, const char *queue, uint64_t token);
/* Cut, when it is sent, to what the settles leave of LQ_EXCHANGE_MAX. */
void lq_exchange_set_want(struct lq_exchange *x, size_t want);
/* 0, -ENOMEM, -EINVAL (it makes no sense), -EMSGSIZE (over LQ_EXCHANGE_MAX or
 * LQ_EXCHANGE_CHILDREN_MAX). */
int lq_exchange_add_settle(struct lq_exchange *x, const struct lq_settle *settle);
int lq_exchange_add_child(struct lq_exchange *x, const struct lq_child *child);
size_t lq_exchange_n_settles(const struct lq_exchange *x);
size_t lq_exchange_n_children(const struct lq_exchange *x);
size_t lq_exchange_size(
	const struct lq_exchange *x); /* bytes of arguments so far; keep it below LQ_BATCH_BYTES */

struct lq_handed_out {
	size_t queue;
	const char *id;
	uint64_t token;
	const void *record;
	size_t record_size;
};

struct lq_exchange_reply {
	const enum lq_settle_code *codes; /* one for each settle, in order of adding */
	size_t n_codes;
	const struct lq_handed_out *jobs;
	size_t n_jobs;
	int64_t next_ms;      /* to the next thing to do here; -1: none */
	const size_t *n_held; /* one for each queue */
	size_t n_queues;
	int64_t now_ms; /* the server's clock */
};

/*
 * error 0: reply is set. -EPROTO: LQBAD or a reply that makes no sense. Others as in error.h. The
 * exchange is the caller's all the time and may be sent again after an error.
 */
typedef void (*lq_exchange_fn)(void *userdata, int error, const struct lq_exchange_reply *reply);
int lq_exchange_send(struct lq_exchange *x, struct lq_conn *conn, lq_exchange_fn fn,
		     void *userdata);

/* ---- The other verbs of a worker ---- */

/* reap.c: returns the jobs of the first worker whose lease has run out, at most 200. */
struct lq_reap_reply {
	size_t n_returned, n_ended;
	bool more;
};
typedef void (*lq_reap_fn)(void *userdata, int error, const struct lq_reap_reply *reply);
int lq_reap_send(struct lq_conn *conn, const char *queue, unsigned int max_lost,
		 int64_t failure_ttl_ms, lq_reap_fn fn, void *userdata);

/* held.c: what Redis thinks this worker holds in a queue. */
struct lq_held {
	const char *id;
	uint64_t token;
};
typedef void (*lq_held_fn)(void *userdata, int error, const struct lq_held *held, size_t n);
int lq_held_send(struct lq_conn *conn, const char *queue, const char *worker, lq_held_fn fn,
		 void *userdata);

/* wake.c: blocks (on a connection of its own) for a message to this worker or a wake token. */
struct lq_wake_reply {
	enum { LQ_WAKE_NOTHING, LQ_WAKE_WORK, LQ_WAKE_MESSAGE } kind;
	size_t queue;
	const char *message; /* "stop <id> <token>", "nop", "warm", "cold", "quiet", "resume" */
};
typedef void (*lq_wake_fn)(void *userdata, int error, const struct lq_wake_reply *reply);
/* with_work false: messages only (a busy manager). timeout_ms is rounded up to 10 ms. */
int lq_wake_send(struct lq_conn *conn, const char *worker, const char *const *queues,
		 size_t n_queues, bool with_work, int64_t timeout_ms, lq_wake_fn fn,
		 void *userdata);
/* Pushes "nop" to the worker's own list, so that a blocked lq_wake_send() of it returns. */
int lq_wake_nudge_send(struct lq_conn *conn, const char *worker, const char *queue);

/* presence.c: the worker as others see it. Informative only, leases are not here. */
struct lq_presence {
	const char *worker; /* <name>.<uuid> */
	const char *name, *host, *version, *state;
	const char *const *queues;
	size_t n_queues;
	int64_t pid, started_at_ms, last_claim_ms, jobs_done;
	int runners, busy;
};
typedef void (*lq_done_fn)(void *userdata, int error);
/* 0, or LQ_LOCKED: another worker of that name lives. */
int lq_name_claim_send(struct lq_conn *conn, const char *name, const char *worker, int64_t lease_ms,
		       lq_done_fn fn, void *userdata);
/* Also renews the name and registers the queues. 0, or LQ_LOCKED: the name is another worker's by
 * now. */
int lq_presence_send(struct lq_conn *conn, const struct lq_presence *presence, int64_t lease_ms,
		     lq_done_fn fn, void *userdata);
int lq_presence_remove_send(struct lq_conn *conn, const char *worker, const char *name,
			    lq_done_fn fn, void *userdata);

/* server-info.c: what to warn about. Strings are "" where the server does not say (no right to
 * ask). */
struct lq_server_info {
	const char *redis_version, *maxmemory_policy;
	bool known;         /* false: INFO is not allowed */
	bool is_persistent; /* AOF or save points */
};
typedef void (*lq_server_info_fn)(void *userdata, int error, const struct lq_server_info *info);
int lq_server_info_send(struct lq_conn *conn, lq_server_info_fn fn, void *userdata);
