/* SPDX-License-Identifier: MIT */
/* The handler table as the spawner told it: names and what they set. */
#pragma once

#include <stddef.h>

#include "wire.h"

struct handlers {
	struct wire_handler *entries; /* names owned */
	size_t n, capacity;
};

/* 0, -ENOMEM, or -EEXIST: there is one of that name. */
int handlers_add(struct handlers *handlers, const struct wire_handler *handler);
const struct wire_handler *handlers_find(const struct handlers *handlers, const char *name);
/* The names with commas; NULL: no memory. The caller frees it. */
char *handlers_names(const struct handlers *handlers);
void handlers_fini(struct handlers *handlers);
