/* SPDX-License-Identifier: MIT */
/*
 * Options from callers older and newer than this library (struct size), and the
 * range of each, by table.
 */
#include "enqueue-options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "envelope.h"
#include "names.h"
#include "sized.h"
#include "utf8.h"

enum {
	ALLOW_FOREVER = 1,
	ALLOW_AT_ONCE = 2,
};

static const struct range {
	const char *name;
	size_t offset;
	unsigned int allow;
} ranges[] = {
#define RANGE(field, allow)                                               \
	{                                                                 \
#field, offsetof(struct lq_enqueue_options, field), allow \
	}
	RANGE(unique_ttl_ms, ALLOW_FOREVER),
	RANGE(delay_ms, 0),
	RANGE(timeout_ms, ALLOW_FOREVER),
	RANGE(ttl_ms, ALLOW_FOREVER | ALLOW_AT_ONCE),
	RANGE(result_ttl_ms, ALLOW_FOREVER | ALLOW_AT_ONCE),
	RANGE(failure_ttl_ms, ALLOW_FOREVER | ALLOW_AT_ONCE),
	RANGE(backoff_ms, 0),
	RANGE(backoff_max_ms, ALLOW_FOREVER),
#undef RANGE
};

struct words {
	char *text;
	size_t size;
};

__attribute__((format(printf, 3, 4))) static int refuse(struct words w, int error,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(w.text, w.size, format, args);
	va_end(args);
	return error;
}

static int take(const struct lq_enqueue_options *options, struct lq_enqueue_options *ret,
		struct words w)
{
	int r = lq__sized_copy(ret, sizeof(*ret), options);

	if (r == -EINVAL)
		return refuse(w, r, "the options have no size: begin with LQ_ENQUEUE_OPTIONS_INIT");
	if (r == -ENOTSUP)
		return refuse(w, r,
			      "an option is set that this libqueue does not know: a newer one is "
			      "needed");
	return r;
}

static int range_check(const struct range *range, int64_t ms, struct words w)
{
	if (ms == LQ_FOREVER && range->allow & ALLOW_FOREVER)
		return 0;
	if (ms == LQ_AT_ONCE && range->allow & ALLOW_AT_ONCE)
		return 0;
	if (ms == LQ_FOREVER)
		return refuse(w, -EINVAL, "%s: LQ_FOREVER has no meaning here", range->name);
	if (ms == LQ_AT_ONCE)
		return refuse(w, -EINVAL, "%s: LQ_AT_ONCE has no meaning here", range->name);
	if (ms < 0)
		return refuse(w, -EINVAL, "%s is negative: %jd", range->name, (intmax_t)ms);
	if (ms > LQ_DURATION_MAX_MS)
		return refuse(w, -EINVAL, "%s is over 100 years: %jd", range->name, (intmax_t)ms);
	return 0;
}

static int ranges_check(const struct lq_enqueue_options *o, struct words w)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		int64_t ms;

		memcpy(&ms, (const char *)o + ranges[i].offset, sizeof(ms));
		int r = range_check(&ranges[i], ms, w);
		if (r < 0)
			return r;
	}
	if (o->run_at_ms < 0 || o->run_at_ms > LQ_TIME_MAX_MS)
		return refuse(w, -EINVAL,
			      "run_at_ms is not a time in Unix milliseconds up to the year 9999: "
			      "%jd",
			      (intmax_t)o->run_at_ms);
	if (o->max_attempts < LQ_FOREVER || o->max_attempts > UINT16_MAX)
		return refuse(w, -EINVAL,
			      "max_attempts is %d: 1 to %d, LQ_FOREVER or 0 (the default)",
			      o->max_attempts, UINT16_MAX);
	return 0;
}

static int combinations_check(const struct lq_enqueue_options *o, struct words w)
{
	int64_t most = o->backoff_max_ms ? o->backoff_max_ms : LQ_DEFAULT_BACKOFF_MAX_MS;

	if (o->delay_ms && o->run_at_ms)
		return refuse(w, -EINVAL, "delay_ms and run_at_ms are both set: set one");
	if (o->unique_ttl_ms && !o->unique_key)
		return refuse(w, -EINVAL, "unique_ttl_ms is set without unique_key");
	if (most != LQ_FOREVER && o->backoff_ms > most)
		return refuse(w, -EINVAL, "backoff_ms %jd is over backoff_max_ms %jd%s",
			      (intmax_t)o->backoff_ms, (intmax_t)most,
			      o->backoff_max_ms ? "" : " (the default): set both");
	return 0;
}

static int text_check(const char *name, const char *text, size_t max, struct words w)
{
	size_t size = strnlen(text, max + 1);

	if (size > max)
		return refuse(w, -EMSGSIZE, "%s has more than %zu bytes", name, max);
	if (!lq__utf8_is_valid(text, size))
		return refuse(w, -EINVAL, "%s is not UTF-8", name);
	return 0;
}

static int texts_check(const struct lq_enqueue_options *o, struct words w)
{
	if (o->queue && !lq__is_queue_name(o->queue))
		return refuse(w, -EINVAL,
			      "queue name: 1 to %d of [A-Za-z0-9_.-], no leading '-', not \"%.*s\"",
			      LQ_NAME_MAX, LQ_NAME_MAX, o->queue);
	if (o->id && !lq__is_job_id(o->id))
		return refuse(w, -EINVAL,
			      "id: 1 to %d of [A-Za-z0-9_.-], no leading '-', not \"%.*s\"",
			      LQ_ID_MAX, LQ_ID_MAX, o->id);
	if (o->unique_key && !*o->unique_key)
		return refuse(w, -EINVAL, "unique_key is empty");
	if (o->unique_key) {
		int r = text_check("unique_key", o->unique_key, LQ_UNIQUE_KEY_MAX, w);
		if (r < 0)
			return r;
	}
	return o->description ? text_check("description", o->description, LQ_DESCRIPTION_MAX, w)
			      : 0;
}

static int options_check(const struct lq_enqueue_options *o, struct words w)
{
	int r = ranges_check(o, w);

	if (r == 0)
		r = combinations_check(o, w);
	if (r == 0)
		r = texts_check(o, w);
	return r;
}

int lq__options_read(const struct lq_enqueue_options *options, struct lq_enqueue_options *ret,
		     char *error_text, size_t size)
{
	struct lq_enqueue_options own = LQ_ENQUEUE_OPTIONS_INIT;
	struct words w = { error_text, size };

	if (options) {
		int r = take(options, &own, w);
		if (r == 0)
			r = options_check(&own, w);
		if (r < 0)
			return r;
	}
	*ret = own;
	return 0;
}
