/* SPDX-License-Identifier: MIT */
/*
 * The start, in the order of the exit statuses: Redis is reached (3), the modules are loaded (4),
 * the name is free (5); only then is anything written to Redis.
 */
#pragma once

#include <stdbool.h>

struct manager;

enum { EXIT_REDIS = 3, EXIT_MODULES = 4, EXIT_NAME = 5 };

enum startup_phase { STARTUP_REDIS, STARTUP_MODULES, STARTUP_NAME, STARTUP_DONE };

void startup_begin(struct manager *m);
/* The steps; each is ignored when it is not its turn. */
void startup_on_redis(struct manager *m);
void startup_on_no_redis(struct manager *m);
void startup_on_loaded(struct manager *m);
void startup_on_no_modules(struct manager *m, const char *text);
