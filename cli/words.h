/* SPDX-License-Identifier: MIT */
/* The values of options, with the words for those that are wrong. */
#pragma once

#include <stdint.h>

#include "command.h"
#include "spelling.h"

/* Each: 0 and the value, or LQ_EXIT_USAGE after saying what is wrong with the option. */
int word_duration(const struct context *c, const char *option, const char *text, int64_t *ret_ms);
int word_count(const struct context *c, const char *option, const char *text, int64_t min,
	       int64_t max, int64_t *ret);
/* text NULL: no queue was given, and 0. */
int word_queue(const struct context *c, const char *text);
