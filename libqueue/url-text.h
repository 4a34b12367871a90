/* SPDX-License-Identifier: MIT */
/* Pieces of a URL's text: numbers, %XX, and the words of a refusal. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The text at hand, and where the words of a refusal go. */
struct lq__url_text {
	const char *start;
	const char *file; /* NULL: it was given as such */
	char *error;
	size_t error_size;
};

/* Writes what is wrong at that place; -EINVAL. */
int lq__url_refuse(const struct lq__url_text *p, const char *at, const char *what);
int lq__url_no_memory(const struct lq__url_text *p); /* -ENOMEM */

/* [from, to) with its %XX turned to bytes, as a string of its own: free() it. */
int lq__url_decode(const struct lq__url_text *p, const char *from, const char *to, char **ret);
/* Whether [from, to) is a decimal number from min to max. */
bool lq__url_number(const char *from, const char *to, long min, long max, long *ret);
