/* SPDX-License-Identifier: MIT */
/* One job of a stream, from its line of JSON to what became of it. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "job-options.h"

#define JOB_LINE_ERROR_SIZE 384

struct job_line {
	uint64_t number; /* of the line, from 1 */
	json_t *json;    /* the line without its args; texts of options borrow from it */
	json_t *texts;   /* numbers that stood for texts, likewise */
	const char *handler;
	void *args; /* msgpack: repeating must not depend on a consumed value */
	size_t args_size;
	struct job_options options;
	char id[LQ_ID_SIZE]; /* "" until sent, or if refused; stays for repeating */
	int outcome;         /* of the last try */
	bool is_sent;        /* once at least: outcome is set */
	bool was_unknown;    /* a try ended without an answer: a duplicate is ours */
	bool is_refused;
};

void job_line_fini(struct job_line *job);
/* options: those that hold where the line does not say otherwise. 0, or -EINVAL, -EMSGSIZE,
 * -ENOMEM: error has the words. job_line_fini() in either case. */
int job_line_parse(struct job_line *job, const char *text, size_t size,
		   const struct job_options *options, char error[static JOB_LINE_ERROR_SIZE]);
