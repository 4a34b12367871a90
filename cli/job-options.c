/* SPDX-License-Identifier: MIT */
/* How a job is to be enqueued, as people write it. */
#include "job-options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "macro.h"
#include "parse.h"
#include "spelling.h"

/* Each returns 0, or NULL-terminated words of what is wrong through *ret_why. */
typedef int (*set_fn)(struct job_options *o, const char *value, const char **ret_why);

static const char no_duration[] =
	"no duration; write 250ms, 30s, 5m, 2h, 7d, a number of seconds, or forever";

static int refuse(const char **ret_why, const char *why)
{
	*ret_why = why;
	return -EINVAL;
}

static int parse_duration(const char *value, int64_t *ret_ms, const char **ret_why)
{
	if (parse_duration_ms(value, ret_ms) < 0)
		return refuse(ret_why, no_duration);
	return *ret_ms > LQ_DURATION_MAX_MS ? refuse(ret_why, "over 100 years") : 0;
}

/* 0 is the library's word for its default, so what people mean by it is said otherwise. */
static int parse_ttl(const char *value, int64_t *ret_ms, const char **ret_why)
{
	int r = parse_duration(value, ret_ms, ret_why);

	if (r == 0 && *ret_ms == 0)
		*ret_ms = LQ_AT_ONCE;
	return r;
}

static int set_queue(struct job_options *o, const char *value, const char **ret_why)
{
	if (!word_is_queue(value))
		return refuse(ret_why,
			      "no queue's name: 1 to 128 of [A-Za-z0-9_.-], the first one no '-'");
	o->lq.queue = value;
	return 0;
}

static int set_id(struct job_options *o, const char *value, const char **ret_why)
{
	if (!word_is_id(value))
		return refuse(ret_why, "no id: 1 to 128 of [A-Za-z0-9_.-], the first one no '-'");
	o->lq.id = value;
	return 0;
}

static int set_in(struct job_options *o, const char *value, const char **ret_why)
{
	int r = parse_duration(value, &o->lq.delay_ms, ret_why);

	if (r == 0 && o->lq.delay_ms == PARSE_FOREVER)
		return refuse(ret_why, "a job that never starts");
	return r;
}

static int set_at(struct job_options *o, const char *value, const char **ret_why)
{
	int64_t at_ms;

	if (parse_time_ms(value, &at_ms) < 0)
		return refuse(
			ret_why,
			"no time; write 2026-01-31T12:00:00Z, with its zone, or @unix-seconds");
	if (at_ms > LQ_TIME_MAX_MS)
		return refuse(ret_why, "after the year 9999");
	o->lq.run_at_ms = MAX(at_ms, (int64_t)1);
	return 0;
}

static int set_timeout(struct job_options *o, const char *value, const char **ret_why)
{
	int r = parse_duration(value, &o->lq.timeout_ms, ret_why);

	if (r == 0 && o->lq.timeout_ms == 0)
		return refuse(ret_why,
			      "no job can end in no time; leave it out for 180s, or write forever");
	return r;
}

static int set_retry(struct job_options *o, const char *value, const char **ret_why)
{
	int64_t n;

	if (strcmp(value, "forever") == 0)
		o->lq.max_attempts = LQ_FOREVER;
	else if (parse_int64(value, 0, INT_MAX - 1, &n) < 0)
		return refuse(ret_why, "no number of further attempts; write 0, 3 or forever");
	else
		o->lq.max_attempts = (int)n + 1;
	return 0;
}

/* "A" or "A..B" */
static int set_backoff(struct job_options *o, const char *value, const char **ret_why)
{
	const char *dots = strstr(value, "..");
	size_t size = dots ? (size_t)(dots - value) : strlen(value);
	char first[32];
	int64_t ms, max_ms = 0;
	int r;

	if (size >= sizeof(first))
		return refuse(ret_why, no_duration);
	memcpy(first, value, size);
	first[size] = '\0';
	r = parse_duration(first, &ms, ret_why);
	if (r == 0 && dots)
		r = parse_duration(dots + 2, &max_ms, ret_why);
	if (r < 0)
		return r;
	if (ms == PARSE_FOREVER)
		return refuse(ret_why, "a second attempt that never starts");
	if (dots && max_ms != PARSE_FOREVER && max_ms < ms)
		return refuse(ret_why, "the most is less than the first");
	o->lq.backoff_ms = MAX(ms, (int64_t)1);
	o->lq.backoff_max_ms = dots && max_ms == 0 ? 1 : max_ms;
	return 0;
}

static int set_result_ttl(struct job_options *o, const char *value, const char **ret_why)
{
	return parse_ttl(value, &o->lq.result_ttl_ms, ret_why);
}

static int set_failure_ttl(struct job_options *o, const char *value, const char **ret_why)
{
	return parse_ttl(value, &o->lq.failure_ttl_ms, ret_why);
}

static int set_ttl(struct job_options *o, const char *value, const char **ret_why)
{
	return parse_ttl(value, &o->lq.ttl_ms, ret_why);
}

/* "KEY" or "KEY:D". The D needs its unit: in "user:42" the whole is the key. */
static int set_unique(struct job_options *o, const char *value, const char **ret_why)
{
	const char *colon = strrchr(value, ':');
	size_t size = strlen(value);
	int64_t ttl_ms;

	o->lq.unique_ttl_ms = 0;
	if (colon && colon[1] && !strchr("0123456789", value[size - 1]) &&
	    parse_duration_ms(colon + 1, &ttl_ms) == 0) {
		if (ttl_ms == 0)
			return refuse(ret_why, "a key that is held for no time");
		if (ttl_ms > LQ_DURATION_MAX_MS)
			return refuse(ret_why, "over 100 years");
		o->lq.unique_ttl_ms = ttl_ms == PARSE_FOREVER ? LQ_FOREVER : ttl_ms;
		size = (size_t)(colon - value);
	}
	if (size == 0 || size > LQ_UNIQUE_KEY_MAX)
		return refuse(ret_why, "a key of 1 to 255 bytes is wanted");
	memcpy(o->unique_key, value, size);
	o->unique_key[size] = '\0';
	return 0;
}

static int set_front(struct job_options *o, const char *value, const char **ret_why)
{
	if (*value)
		return refuse(ret_why, "true or false is wanted");
	o->lq.front = true;
	return 0;
}

static const struct {
	const char *name;
	set_fn set;
} setters[] = {
	{ "queue", set_queue },
	{ "id", set_id },
	{ "in", set_in },
	{ "at", set_at },
	{ "timeout", set_timeout },
	{ "retry", set_retry },
	{ "backoff", set_backoff },
	{ "result_ttl", set_result_ttl },
	{ "failure_ttl", set_failure_ttl },
	{ "ttl", set_ttl },
	{ "unique", set_unique },
	{ "front", set_front },
};

static bool is_same(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if ((*a == '-' ? '_' : *a) != *b)
			return false;
	}
	return *a == *b;
}

int job_options_set(struct job_options *o, const char *name, const char *value,
		    char error[static JOB_OPTIONS_ERROR_SIZE])
{
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(setters); i++) {
		if (!is_same(name, setters[i].name))
			continue;
		if (setters[i].set(o, value, &why) == 0)
			return 0;
		(void)snprintf(error, JOB_OPTIONS_ERROR_SIZE, "%s \"%.140s\": %s", name,
			       word_shown(value), why);
		return -EINVAL;
	}
	return -ENOENT;
}

int job_options_finish(struct job_options *o, char error[static JOB_OPTIONS_ERROR_SIZE])
{
	if (o->lq.delay_ms && o->lq.run_at_ms) {
		(void)snprintf(error, JOB_OPTIONS_ERROR_SIZE, "in and at cannot both be given");
		return -EINVAL;
	}
	o->lq.unique_key = *o->unique_key ? o->unique_key : NULL;
	return 0;
}
