/* SPDX-License-Identifier: MIT */
/* One job of a stream, from its line of JSON. */
#include "job-line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "spelling.h"
#include "value-json.h"

DEFINE_CLEANUP(struct lq_value *, cleanup_value, lq_value_free)

void job_line_fini(struct job_line *job)
{
	json_decref(job->json);
	json_decref(job->texts);
	free(job->args);
	*job = (struct job_line){ 0 };
}

static int fail(char *error, int r, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int fail(char *error, int r, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vsnprintf(error, JOB_LINE_ERROR_SIZE, format, list);
	va_end(list);
	return r;
}

static int keep_args(struct job_line *job, const json_t *json, char *error)
{
	char why[JSON_ERROR_SIZE];
	_cleanup_(cleanup_value) struct lq_value *value = NULL;
	const void *data;
	int r = value_from_json(json, &value, why);

	if (r < 0)
		return fail(error, r, "args: %s", why);
	data = lq_value_data(value, &job->args_size);
	job->args = malloc(job->args_size + 1);
	if (!job->args)
		return fail(error, -ENOMEM, "out of memory");
	memcpy(job->args, data, job->args_size);
	return 0;
}

/* A number as the text that an option would have been: kept, since options borrow. */
static const char *number_text(struct job_line *job, const json_t *json)
{
	char text[32];
	json_t *kept;

	if (json_is_integer(json))
		(void)snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
			       json_integer_value(json));
	else
		(void)snprintf(text, sizeof(text), "%.15g", json_real_value(json));
	if (!job->texts)
		job->texts = json_array();
	kept = json_string(text);
	if (json_array_append_new(job->texts, kept) < 0)
		return NULL;
	return json_string_value(kept);
}

/* The text that an option would have been; NULL: it is none. */
static const char *option_text(struct job_line *job, const json_t *json)
{
	if (json_is_string(json))
		return strlen(json_string_value(json)) == json_string_length(json)
			       ? json_string_value(json)
			       : NULL;
	if (json_is_number(json))
		return number_text(job, json);
	return json_is_true(json) ? "" : NULL;
}

static int set_option(struct job_line *job, const char *name, const json_t *json, char *error)
{
	char why[JOB_OPTIONS_ERROR_SIZE];
	const char *text;
	int r;

	if (strchr(name, '-'))
		return fail(error, -EINVAL, "no member \"%.64s\"", name);
	if (strcmp(name, "front") == 0 && json_is_false(json)) {
		job->options.lq.front = false;
		return 0;
	}
	text = option_text(job, json);
	r = job_options_set(&job->options, name, text ? text : "", why);
	if (r == -ENOENT)
		return fail(error, -EINVAL, "no member \"%.64s\"", name);
	if (!text)
		return fail(error, -EINVAL, "%.64s: a text or a number is wanted", name);
	return r < 0 ? fail(error, r, "%s", why) : 0;
}

static int set_handler(struct job_line *job, const json_t *json, char *error)
{
	job->handler = json_string_value(json);
	if (!job->handler || !word_is_handler(job->handler) ||
	    strlen(job->handler) != json_string_length(json))
		return fail(error, -EINVAL,
			    "handler: a name is wanted, 1 to 128 of "
			    "[A-Za-z0-9_.:-], the first one no '-'");
	return 0;
}

static int set_members(struct job_line *job, char *error)
{
	const char *name;
	json_t *json;
	int r = 0;

	json_object_foreach (job->json, name, json) {
		if (strcmp(name, "args") == 0)
			r = keep_args(job, json, error);
		else if (strcmp(name, "handler") == 0)
			r = set_handler(job, json, error);
		else
			r = set_option(job, name, json, error);
		if (r < 0)
			return r;
	}
	if (!job->handler)
		return fail(error, -EINVAL, "the handler is missing");
	/* Arguments are the bulk, and are kept as msgpack now. */
	(void)json_object_del(job->json, "args");
	return job_options_finish(&job->options, error);
}

int job_line_parse(struct job_line *job, const char *text, size_t size,
		   const struct job_options *options, char error[static JOB_LINE_ERROR_SIZE])
{
	char why[JSON_ERROR_SIZE];

	job->options = *options;
	job->json = json_parse(text, size, why);
	if (!job->json)
		return fail(error, -EINVAL, "%s", why);
	if (!json_is_object(job->json))
		return fail(error, -EINVAL,
			    "a JSON object is wanted: {\"handler\":\"name\",\"args\":...}");
	return set_members(job, error);
}
