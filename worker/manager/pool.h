/* SPDX-License-Identifier: MIT */
/* The runners: who is ready, who runs what, and what follows from what happens to one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"
#include "runner.h"

struct manager;
struct wire_exited;
struct wire_runner;

TAILQ_HEAD(runner_list, runner);

struct pool {
	struct manager *m;
	struct runner *table;    /* by generation */
	struct runner_list idle; /* the one that is ready longest first */
	size_t n_idle, n_busy;
	int64_t mean_us;           /* of a job, moving; 0: not known */
	int64_t back_off_ms;       /* runner_init fails; 0: it does not */
	struct loop_timer forking; /* goes on then */
	struct loop_timer stale;   /* the first waiting job goes back then */
};

void pool_init(struct pool *pool, struct manager *m);
void pool_fini(struct pool *pool);

/* Jobs that ready runners could take at once, and what is worth having beside them. */
size_t pool_n_free(const struct pool *pool);
size_t pool_n_ahead(const struct pool *pool);
size_t pool_n_busy(const struct pool *pool);

/* Has the right number forked: all that are wanted, or none. */
void pool_fork(struct pool *pool, bool are_wanted);
/* No new runner for a while: one after another would fail in the same way. */
void pool_back_off(struct pool *pool);
/* Gives waiting jobs to ready runners; returns those that have waited too long. At the end of each
 * turn. */
void pool_dispatch(struct pool *pool);

void pool_take_runner(struct pool *pool, const struct wire_runner *told,
		      int fds[WIRE_N_RUNNER_FDS]);
void pool_take_exit(struct pool *pool, const struct wire_exited *exited);
/* No runner outlives its spawner. */
void pool_lose_spawner(struct pool *pool);

/* Ends a runner's job: the ledger, SIGTERM, and after the grace SIGKILL. */
void pool_end(struct pool *pool, struct runner *runner, enum cause cause, int64_t grace_ms);
void pool_end_all(struct pool *pool, enum cause cause, int64_t grace_ms);
/* Kills a runner whose job is not ours any more. */
void pool_disown(struct pool *pool, struct runner *runner);

/* For the files that make up the pool: something happened to a runner; a settled one is given back
 * to the idle ones, or is done. */
void pool_on(struct runner *runner, enum runner_event event, const struct wire_message *message);
void pool_offer(struct runner *runner);
void pool_retire(struct runner *runner);
