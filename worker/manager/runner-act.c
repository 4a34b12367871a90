/* SPDX-License-Identifier: MIT */
/* What is done when something happens to a runner: the actions of the table in runner-state.c. */
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>

#include "deadlines.h"
#include "log.h"
#include "manager.h"
#include "pool.h"
#include "runner-jobs.h"

void pool_offer(struct runner *runner)
{
	runner->pool->back_off_ms = 0;
	TAILQ_INSERT_TAIL(&runner->pool->idle, runner, idle);
	runner->pool->n_idle++;
}

static void do_retire(struct runner *runner)
{
	runner_link_close(&runner->link);
	deadlines_expect_exit(runner);
}

/* A settled one is IDLE, though in no list yet. */
void pool_retire(struct runner *runner)
{
	runner->state = runner_step(RUNNER_IDLE, RUNNER_ON_RETIRE).next;
	do_retire(runner);
}

static void do_back_off(struct runner *runner, const struct wire_message *message)
{
	assert(message); /* this event comes with one */
	log_error("a runner could not be set up (runner_init)",
		  LOG_NUMBER("errno", message->error));
	do_retire(runner);
	pool_back_off(runner->pool);
}

static void do_kill(struct runner *runner)
{
	struct pool *pool = runner->pool;

	/* Asked once already: the spawner does not answer, so past it. */
	if (runner->was_killed)
		(void)pidfd_send_signal(runner->pidfd, SIGKILL, NULL, 0);
	runner->was_killed = true;
	spawner_link_kill(&pool->m->spawner, runner->generation);
	deadlines_expect_exit(runner);
}

static void do_accuse(struct runner *runner)
{
	if (runner->cause == CAUSE_NONE)
		runner->cause = CAUSE_PROTOCOL;
	if (!runner->violation)
		runner->violation = "it sent what it was not asked for";
	log_error("a runner broke the protocol", LOG_NUMBER("pid", runner->pid),
		  LOG_TEXT("what", runner->violation));
	runner_link_close(&runner->link);
	do_kill(runner);
}

static void act(struct runner *runner, enum runner_action action,
		const struct wire_message *message)
{
	switch (action) {
	case RUNNER_DO_NOTHING:
	case RUNNER_DO_BURY: /* pool_take_exit() does it, which knows the status. */
		return;
	case RUNNER_DO_OFFER:
		pool_offer(runner);
		return;
	case RUNNER_DO_BACK_OFF:
		do_back_off(runner, message);
		return;
	case RUNNER_DO_SEND:
		runner_jobs_send(runner);
		return;
	case RUNNER_DO_SETTLE:
		runner_jobs_settle(runner, &message->outcome);
		return;
	case RUNNER_DO_RETIRE:
		do_retire(runner);
		return;
	case RUNNER_DO_AWAIT:
		deadlines_expect_exit(runner);
		return;
	case RUNNER_DO_TERM:
		deadlines_term(runner);
		return;
	case RUNNER_DO_KILL:
		do_kill(runner);
		return;
	case RUNNER_DO_ACCUSE:
		do_accuse(runner);
		return;
	case RUNNER_IMPOSSIBLE:
		log_error("a runner's state does not allow what happened",
			  LOG_TEXT("state", runner_state_name(runner->state)));
		abort();
	}
}

void pool_on(struct runner *runner, enum runner_event event, const struct wire_message *message)
{
	struct runner_step step = runner_step(runner->state, event);

	if (runner->state == RUNNER_IDLE) {
		TAILQ_REMOVE(&runner->pool->idle, runner, idle);
		runner->pool->n_idle--;
	}
	runner->state = step.next;
	act(runner, step.action, message);
}
