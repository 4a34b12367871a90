/* SPDX-License-Identifier: MIT */
#include "shutdown.h"

#include <signal.h>

#include "clock.h"
#include "job.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "settler.h"
#include "worker-protocol.h"

#define SECOND_SIGNAL_MS 1000 /* a terminal and a parent may both signal: that is one */
#define HAND_BACK_MS 1500     /* of a warm stop's time, for what has not finished */
#define COLD_GRACE_MS 1000
#define COLD_FORCE_MS 1800
#define FORCE_MS 500 /* for jobs to go back after the spawner was killed */
#define LEAVE_MS 600 /* to say goodbye to Redis and to see the spawner off */

static void leave(struct manager *m);

static void on_end_jobs(void *userdata)
{
	struct manager *m = userdata;
	int64_t left = m->options->shutdown_ms - HAND_BACK_MS -
		       (clock_monotonic_ms() - m->shutdown.began_ms);

	if (pool_n_busy(&m->pool) > 0)
		log_warning("running jobs are told to end", LOG_NUMBER("n", pool_n_busy(&m->pool)));
	pool_end_all(&m->pool, CAUSE_SHUTDOWN, MIN(m->options->grace_ms, MAX(left, 0)));
}

static void on_give_up(void *userdata)
{
	struct manager *m = userdata;

	if (m->shutdown.phase == SHUTDOWN_LEAVING) {
		m->is_over = true;
		return;
	}
	if (pool_n_busy(&m->pool) > 0 && !m->shutdown.is_forced) {
		/* No runner outlives it, and then their jobs can go back. */
		log_warning("the spawner does not end the jobs; it is killed with them",
			    LOG_NUMBER("n", pool_n_busy(&m->pool)));
		m->shutdown.is_forced = true;
		spawner_link_end(&m->spawner);
		loop_timer_in(&m->loop, &m->shutdown.give_up, FORCE_MS);
		return;
	}
	log_warning("leaving jobs behind; others take them when the lease ends",
		    LOG_NUMBER("running", pool_n_busy(&m->pool)),
		    LOG_NUMBER("not_settled", m->jobs.n_ended));
	leave(m);
}

static void on_idle(void *userdata)
{
	shutdown_warm(userdata, "no job for --max-idle");
}

void shutdown_init(struct shutdown *shutdown, struct manager *m)
{
	*shutdown = (struct shutdown){
		.m = m,
		.end_jobs = LOOP_TIMER(on_end_jobs, m),
		.give_up = LOOP_TIMER(on_give_up, m),
		.idle = LOOP_TIMER(on_idle, m),
	};
}

bool shutdown_is_under_way(const struct manager *m)
{
	return m->shutdown.phase != SHUTDOWN_NOT;
}

static void return_waiting(struct manager *m)
{
	struct job *job;

	while ((job = TAILQ_FIRST(&m->jobs.waiting)))
		settler_return(m, job, "the worker is going");
}

void shutdown_warm(struct manager *m, const char *why)
{
	struct shutdown *s = &m->shutdown;
	const struct worker_options *o = m->options;

	if (s->phase != SHUTDOWN_NOT)
		return;
	log_info("warm stop", LOG_TEXT("why", why), LOG_NUMBER("running", pool_n_busy(&m->pool)));
	s->phase = SHUTDOWN_WARM;
	s->began_ms = clock_monotonic_ms();
	return_waiting(m);
	pool_fork(&m->pool, false);
	if (o->shutdown_ms == LQ_FOREVER)
		return;
	loop_timer_in(&m->loop, &s->end_jobs, o->shutdown_ms - HAND_BACK_MS - o->grace_ms);
	loop_timer_in(&m->loop, &s->give_up, o->shutdown_ms - FORCE_MS - LEAVE_MS);
}

void shutdown_cold(struct manager *m, const char *why)
{
	struct shutdown *s = &m->shutdown;

	if (s->phase >= SHUTDOWN_COLD)
		return;
	log_info("cold stop", LOG_TEXT("why", why), LOG_NUMBER("running", pool_n_busy(&m->pool)));
	if (s->phase == SHUTDOWN_NOT)
		s->began_ms = clock_monotonic_ms();
	s->phase = SHUTDOWN_COLD;
	return_waiting(m);
	loop_timer_stop(&m->loop, &s->end_jobs);
	pool_end_all(&m->pool, CAUSE_SHUTDOWN, COLD_GRACE_MS);
	loop_timer_in(&m->loop, &s->give_up, COLD_FORCE_MS);
}

void shutdown_signal(struct manager *m, int signo)
{
	const char *name = signo == SIGINT ? "SIGINT" : "SIGTERM";
	struct shutdown *s = &m->shutdown;
	int64_t now = clock_monotonic_ms();
	bool is_second = s->signaled_ms != 0 && now - s->signaled_ms >= SECOND_SIGNAL_MS;

	if (s->signaled_ms == 0)
		s->signaled_ms = now;
	if (!manager_is_started(m))
		shutdown_abandon(m, 0);
	else if (is_second)
		shutdown_cold(m, name);
	else
		shutdown_warm(m, name);
}

/* ---- Leaving ---- */

static void check_over(struct manager *m)
{
	if (m->shutdown.phase == SHUTDOWN_LEAVING && !m->shutdown.is_registered &&
	    !spawner_link_is_running(&m->spawner))
		m->is_over = true;
}

static void on_removed(void *userdata, int error)
{
	struct manager *m = userdata;

	(void)error; /* What is left of us in Redis ends with the lease. */
	m->shutdown.is_registered = false;
	check_over(m);
}

static void leave(struct manager *m)
{
	struct shutdown *s = &m->shutdown;

	s->phase = SHUTDOWN_LEAVING;
	loop_timer_stop(&m->loop, &s->end_jobs);
	loop_timer_in(&m->loop, &s->give_up, LEAVE_MS);
	spawner_link_close(&m->spawner);
	if (s->is_registered && redis_side_is_ready(&m->commands) &&
	    lq_presence_remove_send(m->commands.conn, m->worker, m->options->name, on_removed, m) >=
		    0)
		redis_side_flush(&m->commands);
	else
		s->is_registered = false;
	check_over(m);
}

void shutdown_abandon(struct manager *m, int exit_status)
{
	if (m->shutdown.phase == SHUTDOWN_LEAVING)
		return;
	m->exit_status = exit_status;
	leave(m);
}

void shutdown_note_spawner_gone(struct manager *m)
{
	check_over(m);
}

/* ---- Reasons of its own ---- */

void shutdown_note_exchange(struct manager *m, size_t wanted, size_t n_jobs, int64_t next_ms)
{
	m->shutdown.is_dry = wanted > 0 && n_jobs == 0 && next_ms != 0;
}

static void watch_idleness(struct manager *m)
{
	struct shutdown *s = &m->shutdown;

	if (m->options->max_idle_ms == LQ_FOREVER)
		return;
	/* Not before a look has found nothing, however short the time is. */
	if (jobs_count(&m->jobs) > 0 || !s->is_dry)
		loop_timer_stop(&m->loop, &s->idle);
	else if (!s->idle.is_set)
		loop_timer_in(&m->loop, &s->idle, m->options->max_idle_ms);
}

static void look_for_reasons(struct manager *m)
{
	const struct worker_options *o = m->options;

	if (o->max_jobs > 0 && m->n_jobs_done >= o->max_jobs)
		shutdown_warm(m, "--max-jobs are done");
	else if (o->burst && jobs_count(&m->jobs) == 0 && m->shutdown.is_dry)
		shutdown_warm(m, "--burst, and there is no job left");
	else if (o->burst && jobs_count(&m->jobs) == 0 && claimer_want(m) > 0)
		claimer_owe(m); /* The last look was not for work: once more. */
	watch_idleness(m);
}

void shutdown_run(struct manager *m)
{
	struct shutdown *s = &m->shutdown;

	if (!manager_is_started(m) || s->phase == SHUTDOWN_LEAVING)
		return;
	if (s->phase == SHUTDOWN_NOT)
		look_for_reasons(m);
	if (s->phase != SHUTDOWN_NOT && jobs_count(&m->jobs) == 0 && !claimer_is_busy(m))
		leave(m);
}
