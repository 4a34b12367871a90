/* SPDX-License-Identifier: MIT */
/*
 * Looks at what a server sends before hiredis's reader does, and refuses what no
 * honest one sends us: the reader believes headers, and would wait for 2 GiB or make room for
 * 2,147,483,647 elements because one says so.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The largest honest answer is that of an exchange: 100 records of an envelope, a result
 * and the failures of LQ_HISTORY_MAX attempts, each below 3 MiB.
 */
#define LQ__BULK_MAX (8 * 1024 * 1024)
#define LQ__REPLY_MAX (512 * 1024 * 1024) /* bytes of one whole reply */
#define LQ__ELEMENTS_MAX (1024 * 1024)    /* of all arrays of one reply */
#define LQ__LINE_MAX (64 * 1024)          /* a status or an error */
#define LQ__DEPTH_MAX 7                   /* hiredis 0.14 can do eight */

struct lq__guard {
	enum { GUARD_TYPE, GUARD_LINE, GUARD_NUMBER, GUARD_NUMBER_END, GUARD_BODY } state;
	char type;
	char number[24]; /* digits so far, not terminated */
	size_t n_line;   /* bytes of the line, or of number */
	char last;       /* byte of the line */
	size_t left;     /* of a bulk, with its final CR LF */
	size_t n_bytes, n_elements;
	unsigned int depth;
	size_t elements_left[LQ__DEPTH_MAX];
};

/* 0, or -EPROTO with *ret_why: static text. */
int lq__guard_look(struct lq__guard *guard, const char *data, size_t size, const char **ret_why);
