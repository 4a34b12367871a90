/* SPDX-License-Identifier: MIT */
/* Names and sentences for everything that a call can return, from one list. */
#include <libqueue/error.h>

#include <errno.h>
#include <stddef.h>

/* clang-format off */
#define RESULTS(X)                                                                            \
	X(0, "OK", "done")                                                                    \
	X(LQ_DUPLICATE, "LQ_DUPLICATE", "a job with this id is there already")                \
	X(LQ_LOCKED, "LQ_LOCKED", "another living job or worker holds this key or name")      \
	X(LQ_PARTIAL, "LQ_PARTIAL", "not all of it was done")                                 \
	X(LQ_TIMEOUT, "LQ_TIMEOUT", "the wait ran out, the job goes on")                      \
	X(LQ_NOT_FOUND, "LQ_NOT_FOUND", "no such job, or it has expired")                     \
	X(LQ_WRONG_STATE, "LQ_WRONG_STATE", "the job's state does not allow it")              \
	X(-ENOMEM, "ENOMEM", "out of memory")                                                 \
	X(-EINVAL, "EINVAL", "the arguments are wrong")                                       \
	X(-ECONNREFUSED, "ECONNREFUSED", "Redis cannot be reached")                           \
	X(-ECONNRESET, "ECONNRESET", "the connection to Redis was lost")                      \
	X(-ETIMEDOUT, "ETIMEDOUT", "Redis did not answer in time")                            \
	X(-EPROTO, "EPROTO", "what Redis holds or answers makes no sense")                    \
	X(-EMSGSIZE, "EMSGSIZE", "over a size limit")                                         \
	X(-ENOTSUP, "ENOTSUP", "this version or this server does not support it")             \
	X(-ENOSPC, "ENOSPC", "Redis is full (maxmemory)")                                     \
	X(-EACCES, "EACCES", "Redis refuses the login or the command")                        \
	X(-EBUSY, "EBUSY", "Redis is loading, read-only or busy; try later")                  \
	X(-ECHILD, "ECHILD", "the client was made before a fork; make a new one in the child")
/* clang-format on */

static const struct result {
	int result;
	const char *name, *text;
} results[] = {
#define ROW(result, name, text) { result, name, text },
	RESULTS(ROW)
#undef ROW
};

static const struct result *result_find(int result)
{
	static const struct result unknown = { 0, "unknown", "not a result of this library" };

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (results[i].result == result)
			return &results[i];
	return &unknown;
}

const char *lq_result_name(int result)
{
	return result_find(result)->name;
}

const char *lq_result_text(int result)
{
	return result_find(result)->text;
}
