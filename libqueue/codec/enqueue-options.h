/* SPDX-License-Identifier: MIT */
/* The caller's struct lq_enqueue_options, of whatever version, as this library's own. */
#pragma once

#include <libqueue/enqueue.h>
#include <stddef.h>

/* Reads and checks. NULL options: all defaults. 0, -EINVAL, -EMSGSIZE or -ENOTSUP with the words.
 */
int lq__options_read(const struct lq_enqueue_options *options, struct lq_enqueue_options *ret,
		     char *error_text, size_t size);
