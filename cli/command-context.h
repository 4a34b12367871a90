/* SPDX-License-Identifier: MIT */
/* What every command does alike: say what went wrong, connect, know the queues. */
#pragma once

#include "command.h"

/* "lq COMMAND: words" on stderr; returns code. */
int context_fail(const struct context *c, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with code LQ_EXIT_USAGE and a hint at the command's help. */
int context_fail_usage(const struct context *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* For what a library call answered: the client's own words after about (NULL: nothing); returns the
 * exit code that r means. */
int context_fail_call(const struct context *c, int r, const char *about);
/* The exit code alone. */
int context_exit_code(int r);

/* Whether c has n_min to n_max words; else says what is wanted and returns false. */
bool context_want_words(const struct context *c, size_t n_min, size_t n_max);

/* Another client on the Redis of c->client, for what can be done without. NULL: none, silently: a
 * URL from a pipe can be read only once. */
struct lq_client *context_second_client(const struct context *c);
/* Connects c->client. 0, or an exit code. */
int context_open(struct context *c);
/* Fills c->queues once. 0, or an exit code. */
int context_load_queues(struct context *c);
/* The queues named by the words, or every known one if there are none. 0, or an exit code. */
int context_each_queue(struct context *c, bool all,
		       int (*fn)(struct context *c, const char *queue));
