/* SPDX-License-Identifier: MIT */
/* The handlers of all modules together: checked as they are added, found by name. */
#pragma once

#include <libqueue/handler.h>
#include <stddef.h>

struct lq__handlers {
	const struct lq_handler_table **tables; /* the array is owned, the tables are borrowed */
	size_t n;
};

/*
 * 0; -EINVAL: another ABI, a bad entry, or a name that is there already; -ENOMEM. error_text (size
 * bytes) says what was wrong, without naming the module.
 */
int lq__handlers_add(struct lq__handlers *handlers, const struct lq_handler_table *table,
		     char *error_text, size_t size);
/* NULL: none of that name. */
const struct lq_handler *lq__handlers_find(const struct lq__handlers *handlers, const char *name);
void lq__handlers_fini(struct lq__handlers *handlers);

/* In the order of the modules; the first that fails ends it: its negative errno. */
int lq__handlers_runner_init(const struct lq__handlers *handlers);
void lq__handlers_runner_fini(const struct lq__handlers *handlers);
