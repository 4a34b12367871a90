/* SPDX-License-Identifier: MIT */
#include "handlers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "macro.h"

static int handlers_grow(struct handlers *handlers)
{
	size_t capacity = MAX(handlers->capacity * 2, (size_t)16);
	struct wire_handler *entries = reallocarray(handlers->entries, capacity, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	handlers->entries = entries;
	handlers->capacity = capacity;
	return 0;
}

int handlers_add(struct handlers *handlers, const struct wire_handler *handler)
{
	if (handlers_find(handlers, handler->name))
		return -EEXIST;
	if (handlers->n == handlers->capacity && handlers_grow(handlers) < 0)
		return -ENOMEM;
	char *name = strdup(handler->name);
	if (!name)
		return -ENOMEM;
	handlers->entries[handlers->n] = *handler;
	handlers->entries[handlers->n++].name = name;
	return 0;
}

const struct wire_handler *handlers_find(const struct handlers *handlers, const char *name)
{
	for (size_t i = 0; i < handlers->n; i++) {
		if (strcmp(handlers->entries[i].name, name) == 0)
			return &handlers->entries[i];
	}
	return NULL;
}

char *handlers_names(const struct handlers *handlers)
{
	size_t size = 1;

	for (size_t i = 0; i < handlers->n; i++)
		size += strlen(handlers->entries[i].name) + 1;
	char *names = malloc(size), *end = names;
	if (!names)
		return NULL;
	for (size_t i = 0; i < handlers->n; i++) {
		if (i > 0)
			*end++ = ',';
		end = stpcpy(end, handlers->entries[i].name);
	}
	*end = '\0';
	return names;
}

void handlers_fini(struct handlers *handlers)
{
	for (size_t i = 0; i < handlers->n; i++) {
		union {
			const char *name;
			char *owned;
		} entry = { handlers->entries[i].name };
		free(entry.owned);
	}
	free(handlers->entries);
	*handlers = (struct handlers){ 0 };
}
