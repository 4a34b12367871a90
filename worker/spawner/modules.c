/* SPDX-License-Identifier: MIT */
/*
 * Modules. Each runner is a copy of this process, so nothing may be in it that a fork breaks: a
 * thread would be missing in the copies, a socket would be shared by all of them.
 */
#include "modules.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "control.h"
#include "forkable.h"
#include "spawner.h"
#include "table.h"

static int refuse(int control_fd, const char *name, const char *words)
{
	(void)control_say(control_fd, WIRE_FAILED, "module %s: %s", name, words);
	return -EINVAL;
}

/* A name without a slash is a file here, not something to be searched for in library folders. */
static char *path_of(const char *module)
{
	char *path = NULL;

	if (strchr(module, '/'))
		return strdup(module);
	return asprintf(&path, "./%s", module) < 0 ? NULL : path;
}

static int run_init(const struct lq_module_hooks *hooks, char *words, size_t size)
{
	int r = hooks && hooks->init ? hooks->init() : 0;

	if (r < 0)
		(void)snprintf(words, size,
			       "its init failed: %s (%d); its own output says more, if it has any",
			       strerror(-r), r);
	return r;
}

/* A table, from wherever: checked, added, its init run. */
static int add_table(const struct lq_handler_table *table, const struct forkable *before,
		     struct lq__handlers *ret, char *words, size_t size)
{
	int r = lq__handlers_add(ret, table, words, size);
	if (r == 0)
		r = run_init(table->hooks, words, size);
	if (r == 0)
		r = forkable_check(before, words, size);
	return r;
}

static int load_module(const char *module, struct lq__handlers *ret, char *words, size_t size)
{
	_cleanup_(cleanup_free) char *path = path_of(module);
	struct forkable before;

	int r = path ? forkable_look(&before) : -ENOMEM;
	if (r < 0) {
		(void)snprintf(words, size, "cannot be loaded: %s", strerror(-r));
		return r;
	}

	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		(void)snprintf(words, size,
			       "cannot be loaded: %s; it must be a shared object for this machine "
			       "whose libraries are all found",
			       dlerror());
		return -ENOENT;
	}

	const struct lq_handler_table *table = dlsym(handle, "lq_handlers");
	if (!table) {
		(void)snprintf(words, size,
			       "has no handler table; write LQ_HANDLERS(...) once in its source");
		return -ENOENT;
	}
	return add_table(table, &before, ret, words, size);
}

static int load_linked(const struct lq_handler_table *table, struct lq__handlers *ret, char *words,
		       size_t size)
{
	struct forkable before;

	int r = forkable_look(&before);
	if (r < 0) {
		(void)snprintf(words, size, "cannot be used: %s", strerror(-r));
		return r;
	}
	return add_table(table, &before, ret, words, size);
}

int modules_load(const struct spawner_options *options, struct lq__handlers *ret)
{
	char words[2048] = "";

	if (options->linked && load_linked(options->linked, ret, words, sizeof(words)) < 0)
		return refuse(options->control_fd, program_invocation_name, words);
	for (size_t i = 0; i < options->n_modules; i++)
		if (load_module(options->modules[i], ret, words, sizeof(words)) < 0)
			return refuse(options->control_fd, options->modules[i], words);
	(void)fflush(NULL);
	return 0;
}

static int tell_entry(const struct lq_handler *entry, int control_fd)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);
	const struct wire_handler handler = {
		.name = entry->name,
		.timeout_ms = entry->timeout_ms,
		.max_attempts = entry->max_attempts,
		.sensitive = entry->sensitive,
	};

	int r = wire_put_handler(&out, &handler);
	return r < 0 ? r : control_send(control_fd, &out, NULL, 0);
}

static int tell_bare(int (*put)(struct buffer *out), int control_fd)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);

	int r = put(&out);
	return r < 0 ? r : control_send(control_fd, &out, NULL, 0);
}

int modules_tell(const struct lq__handlers *handlers, int control_fd)
{
	int r = tell_bare(wire_put_hello, control_fd);

	for (size_t t = 0; r == 0 && t < handlers->n; t++)
		for (size_t i = 0; r == 0 && i < handlers->tables[t]->n; i++)
			r = tell_entry(&handlers->tables[t]->entries[i], control_fd);
	return r < 0 ? r : tell_bare(wire_put_loaded, control_fd);
}
