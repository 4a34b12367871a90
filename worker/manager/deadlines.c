/* SPDX-License-Identifier: MIT */
#include "deadlines.h"

#include <signal.h>

#include "clock.h"
#include "job.h"
#include "log.h"
#include "manager.h"
#include "pool.h"

#define EXIT_MS 2000

static void on_deadline(void *userdata)
{
	struct runner *runner = userdata;
	struct manager *m = runner->pool->m;

	if (runner->state == RUNNER_GONE && runner->cause == CAUSE_NONE) {
		/* Whatever it still does, nobody can hear of it. */
		runner->cause = CAUSE_PROTOCOL;
		runner->violation = "it closed its socket and did not leave";
	}
	if (runner->state != RUNNER_BUSY) {
		if (runner->state != RUNNER_ENDING)
			log_warning("a runner does not leave; it is killed",
				    LOG_NUMBER("pid", runner->pid),
				    LOG_TEXT("state", runner_state_name(runner->state)));
		pool_on(runner, RUNNER_ON_KILL, NULL);
		return;
	}
	log_warning("a job is over its time limit", LOG_TEXT("id", runner->job->id),
		    LOG_TEXT("handler", runner->job->claimed.handler),
		    LOG_NUMBER("timeout_ms", runner->job->timeout_ms));
	pool_end(runner->pool, runner, CAUSE_TIMEOUT, m->options->grace_ms);
}

void deadlines_init(struct runner *runner)
{
	runner->deadline = LOOP_TIMER(on_deadline, runner);
}

void deadlines_limit(struct runner *runner, int64_t timeout_ms)
{
	loop_timer_in(&runner->pool->m->loop, &runner->deadline, timeout_ms);
}

void deadlines_term(struct runner *runner)
{
	struct loop *loop = &runner->pool->m->loop;
	int64_t due_ms = clock_monotonic_ms() + runner->grace_ms;

	spawner_link_signal(&runner->pool->m->spawner, runner->generation, SIGTERM);
	/* Told once more, it gains no time by it. */
	if (runner->is_told && runner->deadline.due_ms < due_ms)
		return;
	runner->is_told = true;
	loop_timer_set(loop, &runner->deadline, due_ms);
}

void deadlines_expect_exit(struct runner *runner)
{
	loop_timer_in(&runner->pool->m->loop, &runner->deadline, EXIT_MS);
}
