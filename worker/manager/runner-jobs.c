/* SPDX-License-Identifier: MIT */
#include "runner-jobs.h"

#include <errno.h>
#include <libqueue/limits.h>

#include "clock.h"
#include "deadlines.h"
#include "job.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "settler.h"

#define MEAN_WEIGHT 8 /* a job's share in the moving mean: one in so many */

/* ---- Out ---- */

void runner_jobs_send(struct runner *runner)
{
	struct job *job = runner->job;
	struct manager *m = runner->pool->m;
	struct wire_job wire = {
		.seq = ++runner->seq,
		.claim = job->key.token,
		.attempt = job_attempt(job),
		.max_attempts = job->max_attempts,
		.timeout_ms = job->timeout_ms,
		.queue = m->options->queues[job->key.queue],
		.id = job->id,
		.handler = job->claimed.handler,
		.args = job->claimed.args,
		.args_size = job->claimed.args_size,
	};

	log_debug("job starts", LOG_TEXT("id", job->id), LOG_TEXT("handler", wire.handler),
		  LOG_NUMBER("attempt", wire.attempt), LOG_NUMBER("pid", runner->pid));
	job->started_us = clock_monotonic_us();
	runner->n_jobs++;
	output_begin(&runner->out, job->id);
	output_begin(&runner->err, job->id);
	if (job->timeout_ms != LQ_FOREVER)
		deadlines_limit(runner, job->timeout_ms);
	if (runner_link_send_job(&runner->link, &wire) < 0) {
		runner->violation = "its job could not be put into a frame";
		pool_on(runner, RUNNER_ON_BAD, NULL);
	}
}

/* ---- In ---- */

static void on_outcome(struct runner *runner, const struct wire_message *message)
{
	const struct wire_outcome *o = &message->outcome;

	if (!runner->job || o->seq != runner->seq)
		runner->violation = "it told of a job that it was not given";
	else if (o->n_children != runner->job->n_children)
		runner->violation = "it miscounted its follow-up jobs";
	else if (o->result_size > LQ_RESULT_MAX)
		runner->violation = "its result is over the size limit";
	else if (o->delay_ms < 0 || o->delay_ms > LQ_DURATION_MAX_MS)
		runner->violation = "it asked for a delay that is none";
	else {
		pool_on(runner, RUNNER_ON_OUTCOME, message);
		return;
	}
	pool_on(runner, RUNNER_ON_BAD, message);
}

static const char *refusal_of_child(int error)
{
	if (error == -EMSGSIZE)
		return "it enqueued more follow-up jobs than fit into one call";
	if (error == -EINVAL)
		return "it enqueued a follow-up job that makes no sense";
	return "there was no memory for its follow-up jobs";
}

static void on_child(struct runner *runner, const struct wire_message *message)
{
	int r = runner->job ? job_add_child(runner->job, &message->child) : 0;

	if (runner->job && r >= 0)
		return;
	runner->violation = runner->job ? refusal_of_child(r) : "it enqueued without having a job";
	pool_on(runner, RUNNER_ON_BAD, message);
}

static void on_message(void *userdata, const struct wire_message *message)
{
	struct runner *runner = userdata;

	switch ((int)message->type) {
	case WIRE_READY:
		pool_on(runner, message->error ? RUNNER_ON_INIT_FAILED : RUNNER_ON_READY, message);
		break;
	case WIRE_OUTCOME:
		on_outcome(runner, message);
		break;
	case WIRE_CHILD:
		on_child(runner, message);
		break;
	default:
		runner->violation = "it sent a frame that is not a runner's to send";
		pool_on(runner, RUNNER_ON_BAD, message);
		break;
	}
}

static void on_bad(void *userdata, const char *what)
{
	struct runner *runner = userdata;

	runner->violation = what;
	pool_on(runner, RUNNER_ON_BAD, NULL);
}

static void on_eof(void *userdata)
{
	pool_on(userdata, RUNNER_ON_EOF, NULL);
}

const struct runner_link_events runner_jobs_events = { on_message, on_bad, on_eof };

/* ---- The end ---- */

static int64_t to_ms(int64_t us)
{
	return us < 0 ? -1 : us / 1000;
}

static struct usage usage_of(const struct runner *runner, const struct wire_outcome *outcome,
			     const struct wire_exited *exited)
{
	struct usage usage = { .user_ms = -1, .system_ms = -1, .max_rss_kb = -1 };

	if (outcome && outcome->user_us >= 0)
		usage = (struct usage){ .user_ms = to_ms(outcome->user_us),
					.system_ms = to_ms(outcome->system_us),
					.max_rss_kb = outcome->max_rss_kb };
	else if (exited)
		usage = (struct usage){ .user_ms = to_ms(exited->user_us),
					.system_ms = to_ms(exited->system_us),
					.max_rss_kb = exited->max_rss_kb };
	usage.stderr_tail = output_tail(&runner->err, &usage.stderr_size);
	return usage;
}

static void learn_mean(struct pool *pool, int64_t us)
{
	if (pool->mean_us == 0)
		pool->mean_us = MAX(us, 1);
	else
		pool->mean_us = MAX(pool->mean_us + (us - pool->mean_us) / MEAN_WEIGHT, 1);
}

/* Parts the two and lets the settler write down what became of the job. */
static void end_job(struct runner *runner, struct attempt_end *end, const struct usage *usage)
{
	struct pool *pool = runner->pool;
	struct job *job = runner->job;
	struct verdict verdict;

	end->cause = runner->cause;
	end->was_killed = runner->was_killed;
	end->violation = runner->violation;
	end->attempt = job_attempt(job);
	end->max_attempts = job->max_attempts;
	end->timeout_ms = job->timeout_ms;
	end->grace_ms = runner->grace_ms;
	verdict_decide(end, &verdict);
	runner->job = NULL;
	job->runner = NULL;
	output_disown(&runner->out);
	output_disown(&runner->err);
	pool->n_busy--;
	loop_timer_stop(&pool->m->loop, &runner->deadline);
	settler_end_attempt(pool->m, job, &verdict, end->outcome, usage);
}

static bool is_used_up(const struct runner *runner)
{
	int64_t max = runner->pool->m->options->jobs_per_runner;

	return runner->cause != CAUSE_NONE || (max > 0 && runner->n_jobs >= max) ||
	       runner->link.fd < 0;
}

void runner_jobs_settle(struct runner *runner, const struct wire_outcome *outcome)
{
	struct attempt_end end = { .outcome = outcome };

	learn_mean(runner->pool, clock_monotonic_us() - runner->job->started_us);
	output_end(&runner->out);
	output_end(&runner->err);
	struct usage usage = usage_of(runner, outcome, NULL);
	end_job(runner, &end, &usage);
	output_begin(&runner->out, NULL);
	output_begin(&runner->err, NULL);
	if (runner->state != RUNNER_IDLE)
		deadlines_expect_exit(runner);
	else if (is_used_up(runner))
		pool_retire(runner);
	else
		pool_offer(runner);
}

void runner_jobs_abandon(struct runner *runner, const struct runner_exit *exit)
{
	struct attempt_end end = {
		.is_undelivered = !runner_link_is_delivered(&runner->link),
		.spawner_died = exit->spawner_died,
		.has_status = exit->exited != NULL,
		.status = exit->exited ? exit->exited->status : 0,
	};

	output_end(&runner->out);
	output_end(&runner->err);
	job_clear_children(runner->job);
	struct usage usage = usage_of(runner, NULL, exit->exited);
	end_job(runner, &end, &usage);
	output_begin(&runner->out, NULL);
	output_begin(&runner->err, NULL);
}
