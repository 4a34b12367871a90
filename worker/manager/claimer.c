/* SPDX-License-Identifier: MIT */
#include "claimer.h"

#include <errno.h>
#include <stdlib.h>

#include "admission.h"
#include "backoff.h"
#include "clock.h"
#include "exchange-fill.h"
#include "job.h"
#include "lease-keeper.h"
#include "log.h"
#include "macro.h"
#include "manager.h"
#include "settler.h"
#include "worker-protocol.h"

#define POLL_MS 5000    /* of last resort, while nothing can wake us */
#define FLOOR_MIN_MS 10 /* between looks at a queue that says "now" without giving */
#define FLOOR_MAX_MS 1000
#define GATHER_MAX 50 /* outcomes that wait for company, */
#define GATHER_MS 5   /* and how long */
#define RETRY_MAX_MS 30000
#define REFUSALS_MAX 3 /* of one settle, before it is given up */

static void on_next(void *userdata)
{
	struct manager *m = userdata;

	claimer_hint(m);
	reaper_start(&m->reaper);
}

static void on_gathered(void *userdata)
{
	claimer_owe(userdata);
}

static void on_retry(void *userdata)
{
	(void)userdata; /* claimer_run() follows each turn. */
}

/* The blocking connection is what wakes us; while it is away, look now and then. */
static void on_poll(void *userdata)
{
	struct manager *m = userdata;

	if (!redis_side_is_ready(&m->blocking))
		claimer_hint(m);
	loop_timer_in(&m->loop, &m->claimer.poll, POLL_MS);
}

int claimer_init(struct claimer *claimer, struct manager *m)
{
	*claimer = (struct claimer){
		.tokens = calloc(m->options->n_queues, sizeof(*claimer->tokens)),
		.may_have_work = true,
		.next = LOOP_TIMER(on_next, m),
		.retry = LOOP_TIMER(on_retry, m),
		.gather = LOOP_TIMER(on_gathered, m),
		.poll = LOOP_TIMER(on_poll, m),
	};
	if (!claimer->tokens)
		return -ENOMEM;
	loop_timer_in(&m->loop, &claimer->poll, POLL_MS);
	return 0;
}

void claimer_fini(struct claimer *claimer)
{
	lq_exchange_free(claimer->in_flight);
	free(claimer->tokens);
	*claimer = (struct claimer){ 0 };
}

void claimer_hint(struct manager *m)
{
	m->claimer.may_have_work = true;
}

void claimer_owe(struct manager *m)
{
	m->claimer.is_owed = true;
}

bool claimer_is_busy(const struct manager *m)
{
	return m->claimer.in_flight != NULL;
}

void claimer_redeliver(struct manager *m, size_t queue, uint64_t from_token, size_t n)
{
	struct claimer *c = &m->claimer;

	c->tokens[queue] = MIN(c->tokens[queue], from_token - 1);
	c->redeliver = MIN(c->redeliver + n, (size_t)LQ_EXCHANGE_MAX);
	c->is_owed = true;
}

/* Of --max-jobs, what is neither done nor on its way. */
static size_t left_of_max_jobs(const struct manager *m)
{
	int64_t under_way = (int64_t)(jobs_count(&m->jobs) - m->jobs.n_ended);
	int64_t left = m->options->max_jobs - m->n_jobs_done - under_way;

	if (m->options->max_jobs == 0)
		return SIZE_MAX;
	return left > 0 ? (size_t)left : 0;
}

size_t claimer_want(const struct manager *m)
{
	size_t room;

	if (!manager_takes_jobs(m))
		return 0;
	room = pool_n_free(&m->pool) + pool_n_ahead(&m->pool);
	room -= MIN(room, m->jobs.n_waiting);
	room = MIN(room, left_of_max_jobs(m));
	return MIN(room, (size_t)LQ_EXCHANGE_MAX);
}

/* ---- What comes back ---- */

static void on_settled(struct manager *m, struct job *job, enum lq_settle_code code)
{
	if (code == LQ_SETTLED_NOT_YOURS)
		log_warning("the lease of a job was lost; its outcome is dropped",
			    LOG_TEXT("id", job->id),
			    LOG_TEXT("outcome", verdict_word(job->settling.kind)));
	else if (code == LQ_SETTLED_AS_STOPPED)
		log_info("job stopped", LOG_TEXT("id", job->id));
	jobs_drop(&m->jobs, job);
}

static void take_codes(struct manager *m, const struct lq_exchange_reply *reply)
{
	struct job *job;

	for (size_t i = 0; i < reply->n_codes; i++) {
		job = TAILQ_FIRST(&m->jobs.in_flight);
		if (!job)
			return;
		on_settled(m, job, reply->codes[i]);
	}
}

static void take_jobs(struct manager *m, const struct lq_exchange_reply *reply)
{
	for (size_t i = 0; i < reply->n_jobs; i++) {
		const struct lq_handed_out *given = &reply->jobs[i];
		uint64_t *highest = &m->claimer.tokens[given->queue];

		*highest = MAX(*highest, given->token);
		server_clock_learn_token(&m->clock, given->token);
		m->last_claim_ms = server_clock_now(&m->clock, clock_monotonic_ms());
		if (!jobs_find(&m->jobs, given->queue, given->token))
			admission_take(m, given);
	}
}

/* When to look again without being woken. "Now" without a job given: not at once, and ever later.
 */
static void set_next(struct manager *m, const struct lq_exchange_reply *reply)
{
	struct claimer *c = &m->claimer;

	if (reply->next_ms < 0) {
		loop_timer_stop(&m->loop, &c->next);
		return;
	}
	if (reply->next_ms > 0 || reply->n_jobs > 0)
		c->idle_floor_ms = 0;
	else
		c->idle_floor_ms = backoff_next(c->idle_floor_ms, FLOOR_MIN_MS, FLOOR_MAX_MS);
	loop_timer_in(&m->loop, &c->next, MAX(reply->next_ms + 1, c->idle_floor_ms));
}

static void take_reply(struct manager *m, const struct lq_exchange_reply *reply)
{
	struct claimer *c = &m->claimer;

	c->retry_ms = 0;
	c->one_by_one = false;
	server_clock_learn(&m->clock, reply->now_ms, clock_monotonic_ms());
	if (c->wanted > 0)
		c->may_have_work = reply->n_jobs >= c->wanted;
	take_codes(m, reply);
	jobs_land_all(&m->jobs);
	take_jobs(m, reply);
	set_next(m, reply);
	lease_keeper_compare(m, reply);
	shutdown_note_exchange(m, c->wanted, reply->n_jobs, reply->next_ms);
}

/* Which settle is bad is found by sending them one by one; that one is given up in the end. */
static void take_refusal(struct manager *m)
{
	struct job *job = TAILQ_FIRST(&m->jobs.in_flight);
	bool is_alone = job && TAILQ_NEXT(job, entry) == NULL;

	if (is_alone && ++job->settling.n_refused >= REFUSALS_MAX) {
		log_error("Redis refuses the outcome of a job", LOG_TEXT("id", job->id),
			  LOG_TEXT("outcome", verdict_word(job->settling.kind)));
		settler_refused(m, job);
	}
	m->claimer.one_by_one = true;
}

/* A server that is itself again finds the leases of those who were patient with it ended. */
static int64_t retry_max_ms(const struct manager *m)
{
	return MIN(m->options->lease_ms / 3, RETRY_MAX_MS);
}

static void take_error(struct manager *m, int error)
{
	struct claimer *c = &m->claimer;

	if (error == -EPROTO)
		take_refusal(m);
	jobs_land_all(&m->jobs);
	c->is_owed = true;
	if (error == -ECONNRESET)
		return; /* Goes on when the connection is back. */
	c->retry_ms = backoff_next(c->retry_ms, error == -EPROTO ? 100 : 1000, retry_max_ms(m));
	log_warning("Redis refused an exchange", LOG_TEXT("error", lq_result_text(error)),
		    LOG_NUMBER("again_in_ms", c->retry_ms));
	loop_timer_in(&m->loop, &c->retry, c->retry_ms);
}

static void on_reply(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	struct manager *m = userdata;
	struct lq_exchange *x = m->claimer.in_flight;

	m->claimer.in_flight = NULL;
	if (error == 0)
		take_reply(m, reply);
	else
		take_error(m, error);
	lq_exchange_free(x);
}

static void send_exchange(struct manager *m, size_t want)
{
	struct claimer *c = &m->claimer;
	struct lq_exchange *x = lq_exchange_new(m->worker, m->options->lease_ms);
	int r = x ? exchange_fill(m, x, want) : -ENOMEM;

	if (r >= 0) {
		c->in_flight = x;
		r = lq_exchange_send(x, m->commands.conn, on_reply, m);
	}
	if (r < 0) {
		c->in_flight = NULL;
		lq_exchange_free(x);
		take_error(m, r);
		return;
	}
	c->is_owed = false;
	c->redeliver = 0;
	loop_timer_stop(&m->loop, &c->gather);
	redis_side_flush(&m->commands);
}

/*
 * While runners have work at hand, outcomes are gathered for a moment, and more is asked for only
 * when half of it is gone: one call for many jobs is what Redis is fast at.
 */
static bool has_reason(struct manager *m, size_t want)
{
	struct claimer *c = &m->claimer;
	bool is_stocked = m->jobs.n_waiting > 0;

	if (c->is_owed || m->jobs.n_ended >= GATHER_MAX)
		return true;
	if (want > 0 && c->may_have_work && (!is_stocked || m->jobs.n_waiting <= want))
		return true;
	if (m->jobs.n_ended == 0)
		return false;
	if (is_stocked && !c->gather.is_set)
		loop_timer_in(&m->loop, &c->gather, GATHER_MS);
	return !is_stocked;
}

void claimer_run(struct manager *m)
{
	struct claimer *c = &m->claimer;
	size_t want = MAX(claimer_want(m), c->redeliver);

	if (!manager_is_started(m) || !redis_side_is_ready(&m->commands))
		return;
	if (c->in_flight || c->is_paused || c->retry.is_set)
		return;
	if (has_reason(m, want))
		send_exchange(m, want);
}
