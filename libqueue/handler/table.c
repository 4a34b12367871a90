/* SPDX-License-Identifier: MIT */
/* Handler tables: nothing in one is trusted before its ABI number agrees. */
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

static int check_abi(const struct lq_handler_table *table, char *error_text, size_t size)
{
	if (table->abi == LQ_HANDLERS_ABI && table->entry_size == sizeof(struct lq_handler))
		return 0;
	(void)snprintf(error_text, size,
		       "its handler table is of ABI %u with entries of %u bytes, this worker takes "
		       "ABI %u with %zu; compile it anew with this libqueue's handler.h",
		       table->abi, table->entry_size, (unsigned int)LQ_HANDLERS_ABI,
		       sizeof(struct lq_handler));
	return -EINVAL;
}

static int check_entry(const struct lq_handler *entry, size_t index, char *error_text, size_t size)
{
	if (!entry->name || !lq__is_handler_name(entry->name)) {
		(void)snprintf(error_text, size,
			       "entry %zu of its handler table has the name '%.140s'; a name is 1 "
			       "to %d of [A-Za-z0-9_.:-] without a leading '-'",
			       index + 1, entry->name ? entry->name : "", LQ_NAME_MAX);
		return -EINVAL;
	}
	if (!entry->run) {
		(void)snprintf(error_text, size, "handler '%s' has no function", entry->name);
		return -EINVAL;
	}
	if (entry->timeout_ms < LQ_FOREVER || entry->max_attempts < LQ_FOREVER) {
		(void)snprintf(error_text, size,
			       "handler '%s' has a negative timeout_ms or max_attempts; 0 is the "
			       "default, LQ_FOREVER no limit",
			       entry->name);
		return -EINVAL;
	}
	return 0;
}

static const struct lq_handler *find_in(const struct lq_handler_table *table, size_t n,
					const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(table->entries[i].name, name) == 0)
			return &table->entries[i];
	return NULL;
}

static int check_entries(const struct lq__handlers *handlers, const struct lq_handler_table *table,
			 char *error_text, size_t size)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct lq_handler *entry = &table->entries[i];

		int r = check_entry(entry, i, error_text, size);
		if (r < 0)
			return r;
		if (find_in(table, i, entry->name) || lq__handlers_find(handlers, entry->name)) {
			(void)snprintf(error_text, size,
				       "handler '%s' is named twice; rename or drop one of them",
				       entry->name);
			return -EINVAL;
		}
	}
	return 0;
}

int lq__handlers_add(struct lq__handlers *handlers, const struct lq_handler_table *table,
		     char *error_text, size_t size)
{
	int r = check_abi(table, error_text, size);
	if (r < 0)
		return r;
	r = check_entries(handlers, table, error_text, size);
	if (r < 0)
		return r;

	const struct lq_handler_table **tables = (const struct lq_handler_table **)reallocarray(
		(void *)handlers->tables, handlers->n + 1, sizeof(*tables));
	if (!tables) {
		(void)snprintf(error_text, size, "out of memory");
		return -ENOMEM;
	}
	tables[handlers->n] = table;
	handlers->tables = tables;
	handlers->n++;
	return 0;
}

const struct lq_handler *lq__handlers_find(const struct lq__handlers *handlers, const char *name)
{
	for (size_t i = 0; i < handlers->n; i++) {
		const struct lq_handler *entry =
			find_in(handlers->tables[i], handlers->tables[i]->n, name);
		if (entry)
			return entry;
	}
	return NULL;
}

void lq__handlers_fini(struct lq__handlers *handlers)
{
	free((void *)handlers->tables);
	*handlers = (struct lq__handlers){ .n = 0 };
}

int lq__handlers_runner_init(const struct lq__handlers *handlers)
{
	for (size_t i = 0; i < handlers->n; i++) {
		const struct lq_module_hooks *hooks = handlers->tables[i]->hooks;

		int r = hooks && hooks->runner_init ? hooks->runner_init() : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

void lq__handlers_runner_fini(const struct lq__handlers *handlers)
{
	for (size_t i = handlers->n; i-- > 0;) {
		const struct lq_module_hooks *hooks = handlers->tables[i]->hooks;

		if (hooks && hooks->runner_fini)
			hooks->runner_fini();
	}
}
