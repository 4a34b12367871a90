/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "backoff.h"
#include "clock.h"
#include "deadlines.h"
#include "job.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "runner-jobs.h"
#include "settler.h"

#define AHEAD_US 20000 /* of work, claimed before there is a runner for it */
#define BACK_OFF_MIN_MS 1000
#define BACK_OFF_MAX_MS 30000
#define STALE_MS 2000 /* that a claimed job waits here before others may have it */

static void on_forking(void *userdata)
{
	struct pool *pool = userdata;

	if (!shutdown_is_under_way(pool->m))
		pool_fork(pool, true);
}

static void on_stale(void *userdata)
{
	(void)userdata; /* pool_dispatch() follows each turn. */
}

void pool_init(struct pool *pool, struct manager *m)
{
	*pool = (struct pool){
		.m = m,
		.forking = LOOP_TIMER(on_forking, pool),
		.stale = LOOP_TIMER(on_stale, pool),
	};
	TAILQ_INIT(&pool->idle);
}

size_t pool_n_free(const struct pool *pool)
{
	size_t runners = (size_t)pool->m->options->runners;

	return MIN(pool->n_idle, runners - MIN(runners, pool->n_busy));
}

size_t pool_n_ahead(const struct pool *pool)
{
	if (pool->mean_us == 0)
		return 0;
	return (size_t)MIN(AHEAD_US * (int64_t)pool->m->options->runners / pool->mean_us,
			   (int64_t)LQ_EXCHANGE_MAX);
}

size_t pool_n_busy(const struct pool *pool)
{
	return pool->n_busy;
}

void pool_fork(struct pool *pool, bool are_wanted)
{
	const struct worker_options *o = pool->m->options;

	spawner_link_want(&pool->m->spawner, are_wanted ? (uint32_t)(o->runners + o->spares) : 0);
}

void pool_back_off(struct pool *pool)
{
	if (pool->forking.is_set)
		return;
	pool->back_off_ms = backoff_next(pool->back_off_ms, BACK_OFF_MIN_MS, BACK_OFF_MAX_MS);
	pool_fork(pool, false);
	loop_timer_in(&pool->m->loop, &pool->forking, pool->back_off_ms);
}

/* ---- Jobs to runners ---- */

/* A slow job has come between fast ones: what waits behind it may run elsewhere. */
static void return_stale(struct pool *pool)
{
	struct manager *m = pool->m;
	int64_t now = clock_monotonic_ms();
	struct job *first;

	while ((first = TAILQ_FIRST(&m->jobs.waiting)) && now - first->received_ms >= STALE_MS) {
		pool->mean_us = 0;
		settler_return(m, first, "no runner was free for it in time");
	}
	if (!first)
		loop_timer_stop(&m->loop, &pool->stale);
	else if (!pool->stale.is_set)
		loop_timer_set(&m->loop, &pool->stale, first->received_ms + STALE_MS);
}

void pool_dispatch(struct pool *pool)
{
	struct jobs *jobs = &pool->m->jobs;

	while (pool_n_free(pool) > 0 && jobs->n_waiting > 0) {
		struct runner *runner = TAILQ_FIRST(&pool->idle);
		struct job *job = jobs_run_next(jobs);

		runner->job = job;
		job->runner = runner;
		pool->n_busy++;
		pool_on(runner, RUNNER_ON_JOB, NULL);
	}
	return_stale(pool);
}

/* ---- What the spawner tells ---- */

static void runner_free(struct runner *runner)
{
	struct loop *loop = &runner->pool->m->loop;

	loop_timer_stop(loop, &runner->deadline);
	runner_link_close(&runner->link);
	output_close(&runner->out);
	output_close(&runner->err);
	(void)close(runner->pidfd);
	free(runner);
}

/* What it said before it died counts, so that is read first. */
static void bury(struct runner *runner, const struct runner_exit *exit)
{
	struct pool *pool = runner->pool;

	if (runner->job)
		runner_jobs_abandon(runner, exit);
	output_end(&runner->out);
	output_end(&runner->err);
	HASH_DEL(pool->table, runner);
	runner_free(runner);
}

static int runner_open(struct runner *runner, struct loop *loop, int fds[WIRE_N_RUNNER_FDS])
{
	int r = runner_link_init(&runner->link, loop, fds[WIRE_FD_SOCKET], &runner_jobs_events,
				 runner);

	if (r < 0)
		return r;
	fds[WIRE_FD_SOCKET] = -1;
	r = output_init(&runner->out, loop, fds[WIRE_FD_STDOUT], "stdout", false);
	if (r < 0)
		return r;
	fds[WIRE_FD_STDOUT] = -1;
	r = output_init(&runner->err, loop, fds[WIRE_FD_STDERR], "stderr", true);
	if (r < 0)
		return r;
	fds[WIRE_FD_STDERR] = -1;
	return 0;
}

void pool_take_runner(struct pool *pool, const struct wire_runner *told, int fds[WIRE_N_RUNNER_FDS])
{
	struct loop *loop = &pool->m->loop;
	struct runner *runner = calloc(1, sizeof(*runner));

	if (!runner || fds[WIRE_N_RUNNER_FDS - 1] < 0) {
		/* Without its socket it leaves; its exit is of somebody unknown. */
		log_error("a new runner could not be taken: no memory, or too many open files");
		free(runner);
		pool_back_off(pool);
		return;
	}
	runner->pool = pool;
	runner->generation = told->generation;
	runner->pid = (pid_t)told->pid;
	runner->link.fd = runner->out.fd = runner->err.fd = -1;
	deadlines_init(runner);
	runner->pidfd = fds[WIRE_FD_PIDFD];
	fds[WIRE_FD_PIDFD] = -1;
	int r = runner_open(runner, loop, fds);
	if (r < 0) {
		log_error("a new runner could not be taken", LOG_NUMBER("errno", -r));
		runner_free(runner);
		pool_back_off(pool);
		return;
	}
	HASH_ADD(hh, pool->table, generation, sizeof(runner->generation), runner);
}

void pool_take_exit(struct pool *pool, const struct wire_exited *exited)
{
	struct runner_exit exit = { .exited = exited };
	struct runner *runner;

	HASH_FIND(hh, pool->table, &exited->generation, sizeof(exited->generation), runner);
	if (!runner)
		return;
	runner_link_drain(&runner->link);
	pool_on(runner, RUNNER_ON_EXITED, NULL);
	if (exited->n_killed > 0)
		log_warning("processes that a job left behind were killed",
			    LOG_NUMBER("pid", runner->pid), LOG_NUMBER("n", exited->n_killed));
	bury(runner, &exit);
}

void pool_lose_spawner(struct pool *pool)
{
	struct runner_exit exit = { .spawner_died = true };
	struct runner *runner, *next;

	HASH_ITER (hh, pool->table, runner, next) {
		(void)pidfd_send_signal(runner->pidfd, SIGKILL, NULL, 0);
		runner_link_drain(&runner->link);
		pool_on(runner, RUNNER_ON_EXITED, NULL);
		bury(runner, &exit);
	}
	loop_timer_stop(&pool->m->loop, &pool->forking);
}

void pool_end(struct pool *pool, struct runner *runner, enum cause cause, int64_t grace_ms)
{
	(void)pool;
	if (runner->cause == CAUSE_NONE)
		runner->cause = cause;
	runner->grace_ms = runner->is_told ? MIN(runner->grace_ms, grace_ms) : grace_ms;
	pool_on(runner, RUNNER_ON_TERM, NULL);
}

void pool_end_all(struct pool *pool, enum cause cause, int64_t grace_ms)
{
	struct runner *runner, *next;

	HASH_ITER (hh, pool->table, runner, next) {
		if (runner->job)
			pool_end(pool, runner, cause, grace_ms);
	}
}

void pool_disown(struct pool *pool, struct runner *runner)
{
	runner->job = NULL;
	output_disown(&runner->out);
	output_disown(&runner->err);
	pool->n_busy--;
	pool_on(runner, RUNNER_ON_KILL, NULL);
}

void pool_fini(struct pool *pool)
{
	struct runner *runner, *next;

	HASH_ITER (hh, pool->table, runner, next) {
		HASH_DEL(pool->table, runner);
		runner_free(runner);
	}
}
