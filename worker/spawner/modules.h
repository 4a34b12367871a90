/* SPDX-License-Identifier: MIT */
/* Loading of handler modules, once, before any fork. */
#pragma once

struct lq__handlers;
struct spawner_options;

/*
 * Loads each module, checks and adds its table, runs its init. 0; or a negative errno, and
 * the manager has been told what was wrong, where, and what to do (WIRE_FAILED). Modules are never
 * unloaded: this process is.
 */
int modules_load(const struct spawner_options *options, struct lq__handlers *ret);

/* WIRE_HELLO, a WIRE_HANDLER for each entry, WIRE_LOADED. 0, or a negative errno. */
int modules_tell(const struct lq__handlers *handlers, int control_fd);
