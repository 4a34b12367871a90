/* SPDX-License-Identifier: MIT */
/* UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buffer;

bool lq__utf8_is_valid(const void *text, size_t size);

/*
 * Appends the text with each byte that is wrong in it, and each zero byte, replaced by U+FFFD, so
 * that it can be stored as text and handed out terminated. 0, -ENOMEM or -EMSGSIZE.
 */
int lq__utf8_append_clean(struct buffer *to, const void *text, size_t size);

/* The same as an owned, terminated copy; NULL: no memory. */
char *lq__utf8_dup_clean(const void *text, size_t size);

/* The largest size <= max (the smallest start >= from) at which valid text may be cut. */
size_t lq__utf8_cut_end(const void *text, size_t size, size_t max);
size_t lq__utf8_cut_start(const void *text, size_t size, size_t from);
