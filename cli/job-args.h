/* SPDX-License-Identifier: MIT */
/* A job's arguments from words: key=text, key:=json, or @file.json alone for the whole. */
#pragma once

#include "command-context.h"

/* 0: *ret_value is set (NULL: there are no words, so no arguments); else an exit code, after saying
 * why. */
int job_args_read(struct context *c, char **words, size_t n, struct lq_value **ret_value);
