/* SPDX-License-Identifier: MIT */
/*
 * The format of lq_pack() and lq_unpack(), checked as a whole before the first
 * argument is touched: a wrong letter in the middle would make everything behind
 * it read the wrong arguments.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A checked format is read letter by letter: one of { } [ ] i I f b n s B O, or 0. */
struct lq_format {
	const char *text, *at;
	size_t position; /* of the letter last read, 1 up, for error messages */
	bool has_size;   /* the letter last read was followed by '#' */
};

char lq__format_next(struct lq_format *f);

/* Values up to the bracket that closes the container whose opening was read last. */
size_t lq__format_count(const struct lq_format *f);

/* 0, -EINVAL or -EMSGSIZE (deeper than LQ_NESTING_MAX); text then says what and where. */
int lq__format_check(const char *format, char *text, size_t size);
