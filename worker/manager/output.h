/* SPDX-License-Identifier: MIT */
/*
 * What a runner prints: into the log line by line, the tail of stderr for the record. A flood
 * leaves the loop and is drained by a timer, its lines counted instead of logged, so that it
 * costs the others nothing. The end of the pipe is never waited for: something left behind may hold
 * it open.
 */
#pragma once

#include <libqueue/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "loop.h"

struct output {
	struct loop *loop;
	struct loop_source source;
	struct loop_timer drain;
	const char *stream; /* "stdout", "stderr" */
	const char *job_id; /* whose lines these are; NULL: no job's */
	int fd;             /* -1: closed */
	bool keeps_tail, is_flooding;
	struct buffer line, tail;
	int64_t window_ms; /* began then */
	size_t window_bytes, window_lines;
	uint64_t n_unlogged; /* bytes */
};

int output_init(struct output *output, struct loop *loop, int fd, const char *stream,
		bool keeps_tail);
void output_close(struct output *output);
/* A job begins; what is printed from now on is its. */
void output_begin(struct output *output, const char *job_id);
/* The job is nobody's to name any more; what it still prints is no job's. */
void output_disown(struct output *output);
/* Reads what is there, and ends the last line. */
void output_end(struct output *output);
const void *output_tail(const struct output *output, size_t *ret_size);
