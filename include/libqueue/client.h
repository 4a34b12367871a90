/* SPDX-License-Identifier: MIT */
/*
 * A client: one connection to Redis, for one thread at a time.
 *
 * Any number of clients may be used in any number of threads. After fork() the
 * child must not use its parent's client: every call answers -ECHILD and sends
 * nothing (lq_client_close() frees it there). The library installs no signal
 * handlers, never raises SIGPIPE, keeps no globals, prints nothing, reads no
 * environment and never exits. The names lq_client_fd and lq_client_step are
 * kept free for a non-blocking API.
 */
#ifndef LIBQUEUE_CLIENT_H
#define LIBQUEUE_CLIENT_H

#include <libqueue/export.h>
#include <stddef.h>
#include <stdint.h>

LQ_BEGIN_DECLS

struct lq_client;

/* In each limit 0 is the default, LQ_FOREVER (limits.h) none; other negative numbers are refused.
 */
struct lq_client_options {
	size_t size;                /* set by LQ_CLIENT_OPTIONS_INIT */
	int64_t connect_timeout_ms; /* 0: 2 s; LQ_FOREVER: no limit */
	int64_t call_timeout_ms;    /* 0: 5 s for a whole call; LQ_FOREVER: no limit */
};

#ifdef __cplusplus
static inline struct lq_client_options lq_client_options_init(void)
{
	struct lq_client_options options = lq_client_options();
	options.size = sizeof(options);
	return options;
}
#define LQ_CLIENT_OPTIONS_INIT lq_client_options_init()
#else
#define LQ_CLIENT_OPTIONS_INIT                           \
	{                                                \
		.size = sizeof(struct lq_client_options) \
	}
#endif

/*
 * A closed client, the caller's: free it with lq_client_close(). NULL: no memory; every call
 * accepts NULL for a client and says -ENOMEM. Never blocks. Any thread. Since: 0.1
 */
LQ_API struct lq_client *lq_client_new(void) LQ_WARN_UNUSED;

/*
 * Connects and logs in. url as in the README (redis://, unix://, @FILE; at most
 * 2,048 bytes), copied; options may be NULL. A client that failed here, or is open, may be
 * opened again. Blocks up to the connect limit, name resolution not included.
 * 0; -EINVAL (url NULL or wrong), -ENOTSUP, -ECONNREFUSED, -ETIMEDOUT, -EACCES, -ENOMEM and the
 * others of error.h. A connection that breaks later is made anew by the next call.
 * Since: 0.1
 */
LQ_API int lq_client_open(struct lq_client *client, const char *url,
			  const struct lq_client_options *options);

/* Closes and frees, also in a child of fork(). NULL is allowed. Never blocks. Since: 0.1 */
LQ_API void lq_client_close(struct lq_client *client);

/*
 * The words for the failure or outcome of the last call on this client, set by
 * its first failure and cleared by the next call; "" if there is none. Never
 * NULL, never a password. Borrowed, until the next call. Since: 0.1
 */
LQ_API const char *lq_client_error(const struct lq_client *client);

/*
 * One round trip. ret_us (may be NULL): how long it took, in microseconds; set on success only.
 * 0, or a negative errno of error.h. Blocks up to the call limit. Since: 0.1
 */
LQ_API int lq_client_ping(struct lq_client *client, int64_t *ret_us);

LQ_END_DECLS

#endif
