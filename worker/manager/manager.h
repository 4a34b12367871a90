/* SPDX-License-Identifier: MIT */
/*
 * The manager, composed of its duties. Each has a file and a struct of its own; what happens in
 * one turn of the loop is only noted, and acted upon together at its end, so that many events make
 * one call to Redis.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "alive.h"
#include "claimer.h"
#include "handlers.h"
#include "job.h"
#include "lease-keeper.h"
#include "loop.h"
#include "options.h"
#include "pool.h"
#include "presence.h"
#include "reaper.h"
#include "redis-side.h"
#include "remote.h"
#include "server-clock.h"
#include "shutdown.h"
#include "signals.h"
#include "spawner-link.h"
#include "startup.h"
#include "wake-watch.h"

#define WORKER_SIZE (LQ_WORKER_NAME_MAX + 40) /* <name>.<uuid> */

struct manager {
	const struct worker_options *options;
	char worker[WORKER_SIZE];
	char host[65];
	struct loop loop;
	struct signals signals;
	struct redis_side commands, blocking;
	struct spawner_link spawner;
	struct handlers handlers, coming; /* coming: of a spawner that is still loading */
	struct jobs jobs;
	struct pool pool;
	struct server_clock clock;
	struct claimer claimer;
	struct lease_keeper lease_keeper;
	struct reaper reaper;
	struct wake_watch wake_watch;
	struct presence presence;
	struct alive alive;
	struct shutdown shutdown;
	enum startup_phase startup;
	int64_t n_jobs_done, started_at_ms, last_claim_ms;
	int exit_status;
	bool is_over;
};

/* Runs the worker to its end; its exit status. */
int manager_run(const struct worker_options *options);

bool manager_is_started(const struct manager *m);
/* Whether new jobs may be claimed. */
bool manager_takes_jobs(const struct manager *m);
