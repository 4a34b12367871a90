/* SPDX-License-Identifier: MIT */
/*
 * Values: the arguments and results of jobs, msgpack inside.
 *
 * Format letters (jansson's, where it has one). White space, ',' and ':' are
 * skipped; exactly one value is described.
 *
 *        pack takes              unpack takes
 *   {s:x} "key", then what x takes; unpack: a missing key is an error, others are ignored
 *   [xy]  what x and y take; unpack: the array must be at least that long
 *   i     int                     int *, range checked
 *   I     int64_t                 int64_t *, range checked
 *   f     double                  double *, integers are converted
 *   b     int (0 or not)          int *, 0 or 1
 *   n     nothing                 nothing; the value must be nil
 *   s     const char *, UTF-8     const char **, a terminated copy; a zero byte in it is an error
 *   s#    const char *, size_t    const char **, size_t *: likewise, zero bytes allowed
 *   B#    const void *, size_t    const void **, size_t *: msgpack bin
 *   O     const msgpack_object *  const msgpack_object **, borrowed
 *
 * A value belongs to one thread at a time; none of the functions blocks. lq_vpack() and
 * lq_vunpack() take a va_list, as vprintf() does.
 *
 * In unpack the strings and bytes live as long as the value (in a handler:
 * until it returns).
 */
#ifndef LIBQUEUE_VALUE_H
#define LIBQUEUE_VALUE_H

#include <libqueue/export.h>
#include <stdarg.h>
#include <stddef.h>

LQ_BEGIN_DECLS

struct lq_value;

/*
 * Makes a value. Returns an owned value, which lq_enqueue() and its like
 * consume; never NULL, which would mean "no arguments". An error in the format, in
 * UTF-8, of memory, or a limit (1 MiB, 32 levels) stays in the value and comes
 * out of the call that consumes it. Any thread. Never blocks. Since: 0.1
 */
LQ_API struct lq_value *lq_pack(const char *format, ...) LQ_WARN_UNUSED;
LQ_API struct lq_value *lq_vpack(const char *format, va_list args) LQ_WARN_UNUSED;

/*
 * Takes ready-made msgpack bytes (copied): exactly one value, checked at once
 * for form, depth and size; an error stays in the value as above. Owned, never NULL, as above. Any
 * thread. Since: 0.1
 */
LQ_API struct lq_value *lq_value_from_msgpack(const void *data, size_t size) LQ_WARN_UNUSED;

/* The value's msgpack bytes, borrowed; NULL if it is NULL or holds an error. *ret_size: how many, 0
 * then. Since: 0.1 */
LQ_API const void *lq_value_data(const struct lq_value *value, size_t *ret_size);

/*
 * 0, or the negative errno that stays in the value, else that of the last
 * lq_unpack(). ret_text (NULL allowed): the words, static or the value's. Since: 0.1
 */
LQ_API int lq_value_error(const struct lq_value *value, const char **ret_text);

/*
 * Reads a value. 0: every target is set. -EINVAL: it does not have the form
 * that the format says (or the format is wrong, or there is no value); -ENOMEM; or the
 * error that stays in the value. lq_value_error() has the words, the targets may be set in
 * part. Since: 0.1
 */
LQ_API int lq_unpack(struct lq_value *value, const char *format, ...) LQ_WARN_UNUSED;
LQ_API int lq_vunpack(struct lq_value *value, const char *format, va_list args) LQ_WARN_UNUSED;

/* Frees a value that nothing has consumed, with all that lq_unpack() gave out. NULL is allowed.
 * Since: 0.1 */
LQ_API void lq_value_free(struct lq_value *value);

LQ_END_DECLS

#endif
