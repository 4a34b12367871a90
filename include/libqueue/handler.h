/* SPDX-License-Identifier: MIT */
/*
 * Handlers: the functions that a worker runs, and the table that names them.
 *
 * Compile a module with `cc -shared -fPIC $(pkg-config --cflags libqueue-handler)`;
 * it links with nothing, the worker brings these functions. Every call here
 * belongs to the handler's own thread and to the job it was given; none knows
 * Redis. No exception may leave a handler.
 */
#ifndef LIBQUEUE_HANDLER_H
#define LIBQUEUE_HANDLER_H

#include <libqueue/enqueue.h>
#include <libqueue/export.h>
#include <libqueue/limits.h>
#include <libqueue/value.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LQ_BEGIN_DECLS

struct lq_job;
struct msgpack_object;

/*
 * 0: finished. A negative errno: this attempt failed. What lq_job_return(),
 * lq_job_fail(), lq_job_retry() and lq_job_snooze() return is to be returned as it is.
 */
typedef int (*lq_handler_fn)(struct lq_job *job);

struct lq_handler {
	const char *name; /* [A-Za-z0-9_.:-], at most 128 bytes, no leading '-' */
	lq_handler_fn run;
	int64_t timeout_ms; /* where the job does not say; 0: 180 s; LQ_FOREVER */
	int max_attempts;   /* where the job does not say; 0: 1; LQ_FOREVER */
	bool sensitive;     /* arguments are hidden from whoever looks */
};

struct lq_module_hooks {
	/* once, before any fork: read-only tables; no socket, no thread; descriptors are closed in
	 * the runners */
	int (*init)(void);
	int (*runner_init)(void);  /* in each runner, before its first job: connections */
	void (*runner_fini)(void); /* in each runner that ends in order */
};

#define LQ_HANDLERS_ABI 1

struct lq_handler_table {
	uint32_t abi;        /* LQ_HANDLERS_ABI */
	uint32_t entry_size; /* sizeof(struct lq_handler) of the module's compiler */
	const struct lq_handler *entries;
	size_t n;
	const struct lq_module_hooks *hooks; /* NULL: none */
};

/* clang-format off */
#if defined(__clang__)
#define LQ__QUIET_BEGIN _Pragma("GCC diagnostic push") \
	_Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"") \
	_Pragma("GCC diagnostic ignored \"-Wpedantic\"") \
	_Pragma("GCC diagnostic ignored \"-Wunknown-warning-option\"") \
	_Pragma("GCC diagnostic ignored \"-Wc99-designator\"")
#elif defined(__GNUC__)
#define LQ__QUIET_BEGIN _Pragma("GCC diagnostic push") \
	_Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"") \
	_Pragma("GCC diagnostic ignored \"-Wpedantic\"")
#else
#error "libqueue's handler tables need GCC or Clang"
#endif
#define LQ__QUIET_END _Pragma("GCC diagnostic pop")
/* clang-format on */

#ifdef __cplusplus
#define LQ__C extern "C"
#else
#define LQ__C extern
#endif

/*
 * The module's (or program's) table: entries of struct lq_handler, all
 * positional or all designated, in the order of the fields. No ';' after it. Once
 * in a module.
 */
#define LQ_HANDLERS(...)                                                              \
	LQ__QUIET_BEGIN                                                               \
	LQ__C const struct lq_module_hooks lq_module_hooks                            \
		__attribute__((weak, visibility("hidden")));                          \
	LQ__C LQ_API const struct lq_handler_table lq_handlers;                       \
	__extension__ static const struct lq_handler lq__entries[] = { __VA_ARGS__ }; \
	const struct lq_handler_table lq_handlers = {                                 \
		LQ_HANDLERS_ABI,  (uint32_t)sizeof(struct lq_handler),                \
		lq__entries,      sizeof(lq__entries) / sizeof(lq__entries[0]),       \
		&lq_module_hooks,                                                     \
	};                                                                            \
	LQ__QUIET_END

/* The module's hooks, designated: LQ_MODULE_HOOKS(.init = f, .runner_init = g). No ';' after it. */
#define LQ_MODULE_HOOKS(...)                                                          \
	LQ__QUIET_BEGIN                                                               \
	LQ__C const struct lq_module_hooks lq_module_hooks                            \
		__attribute__((weak, visibility("hidden")));                          \
	__extension__ const struct lq_module_hooks lq_module_hooks = { __VA_ARGS__ }; \
	LQ__QUIET_END

/*
 * What the job is. Strings are borrowed until the handler returns.
 * attempt: 1 for the first. claim: grows with every time the job is handed out
 * and never repeats: a fencing token for the handler's own database.
 * max_attempts: LQ_FOREVER: no limit. time_left_ms: of this attempt, at least 0;
 * LQ_FOREVER: no limit. Since: 0.1
 */
LQ_API const char *lq_job_id(const struct lq_job *job);
LQ_API const char *lq_job_queue(const struct lq_job *job);
LQ_API const char *lq_job_handler(const struct lq_job *job);
LQ_API int lq_job_attempt(const struct lq_job *job);
LQ_API int lq_job_max_attempts(const struct lq_job *job);
LQ_API uint64_t lq_job_claim(const struct lq_job *job);
LQ_API int64_t lq_job_time_left_ms(const struct lq_job *job);

/* The arguments; NULL: none. Borrowed until the handler returns. Since: 0.1 */
LQ_API const struct msgpack_object *lq_job_args(const struct lq_job *job);

/* Reads the arguments, as lq_unpack() does; the words are in lq_job_error(). Since: 0.1 */
LQ_API int lq_job_unpack(struct lq_job *job, const char *format, ...) LQ_WARN_UNUSED;

/* The words for the last call on this job that failed; "" if there is none. Since: 0.1 */
LQ_API const char *lq_job_error(const struct lq_job *job);

/*
 * The attempt's end: to be returned by the handler. lq_job_return: finished, with that result (a
 * result that cannot be packed or is over 1 MiB: failed, `error`). lq_job_fail: failed for good.
 * lq_job_retry: failed, again after delay_ms (0: the backoff) while attempts are left.
 * lq_job_snooze: again after delay_ms (at least 0), no attempt spent. A delay is at most 100 years.
 * Messages are cut at 4 KiB. Since: 0.1
 */
LQ_API int lq_job_return(struct lq_job *job, const char *format, ...);
LQ_API int lq_job_fail(struct lq_job *job, const char *format, ...) LQ_PRINTF(2, 3);
LQ_API int lq_job_retry(struct lq_job *job, int64_t delay_ms, const char *format, ...)
	LQ_PRINTF(3, 4);
LQ_API int lq_job_snooze(struct lq_job *job, int64_t delay_ms);

/* More words for an attempt that ends with a negative errno. Since: 0.1 */
LQ_API void lq_job_set_message(struct lq_job *job, const char *format, ...) LQ_PRINTF(2, 3);

/*
 * Whether this attempt should end (time limit, stop, shutdown). SIGTERM ends a
 * handler that calls neither of these; after the first call it only sets the flag and makes
 * the descriptor readable (borrowed, poll it for POLLIN; -1: none could be made);
 * SIGKILL follows after the grace. Since: 0.1
 */
LQ_API bool lq_job_should_stop(struct lq_job *job);
LQ_API int lq_job_stop_fd(struct lq_job *job);

/*
 * A follow-up job: as lq_enqueue(), default queue the job's own; published by the script
 * that settles this job as finished, or not at all. A delay counts from then; of those at the
 * front the first is next. One whose id is there already, or whose unique key another living job
 * has by then, is not made, and nobody is told; the key of this job is free for its follow-up.
 * At most 1,000, together 1.25 MiB. 0, or a negative errno with the words in lq_job_error().
 * Since: 0.1
 */
LQ_API int lq_job_enqueue(struct lq_job *job, const char *handler, struct lq_value *args,
			  const struct lq_enqueue_options *options, char *ret_id);

LQ_END_DECLS

#endif
