/* SPDX-License-Identifier: MIT */
/*
 * How the worker leaves: warm (no new jobs, running ones finish, within --shutdown-timeout all
 * told), cold (at once), and the reasons of its own: --burst, --max-jobs, --max-idle. In the end it
 * takes its name out of Redis and has the spawner sweep and go.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct manager;

enum shutdown_phase { SHUTDOWN_NOT, SHUTDOWN_WARM, SHUTDOWN_COLD, SHUTDOWN_LEAVING };

struct shutdown {
	struct manager *m;
	enum shutdown_phase phase;
	int64_t began_ms, signaled_ms; /* signaled: 0: by none so far */
	struct loop_timer end_jobs, give_up, idle;
	bool is_dry;        /* the last look at the queues found nothing */
	bool is_registered; /* our name stands in Redis, or may */
	bool is_forced;     /* the spawner was killed */
};

void shutdown_init(struct shutdown *shutdown, struct manager *m);
void shutdown_warm(struct manager *m, const char *why);
void shutdown_cold(struct manager *m, const char *why);
/* SIGTERM or SIGINT. */
void shutdown_signal(struct manager *m, int signo);
/* Leaves at once, with that status: the start has failed. */
void shutdown_abandon(struct manager *m, int exit_status);
bool shutdown_is_under_way(const struct manager *m);

void shutdown_note_exchange(struct manager *m, size_t wanted, size_t n_jobs, int64_t next_ms);
void shutdown_note_spawner_gone(struct manager *m);
/* Whether it is time. Called at the end of each turn of the loop. */
void shutdown_run(struct manager *m);
