/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <libqueue/version.h>

#include "log.h"
#include "macro.h"
#include "manager.h"
#include "worker-protocol.h"

#define LOOK_EVERY_MS 3600000 /* at the server's settings */
#define NEWS_MS 1000          /* so that a busy worker shows itself once a second, not once a job */

static void on_shown(void *userdata, int error)
{
	(void)userdata;
	if (error == LQ_LOCKED)
		log_warning("another worker has taken this worker's name");
	else if (error < 0 && error != -ECONNRESET)
		log_warning("cannot show this worker to others",
			    LOG_TEXT("error", lq_result_text(error)));
}

static const char *state_of(const struct manager *m)
{
	if (shutdown_is_under_way(m))
		return "stopping";
	return jobs_count(&m->jobs) > 0 ? "busy" : "idle";
}

void presence_show(struct presence *presence)
{
	struct manager *m = presence->m;
	struct lq_presence shown = {
		.worker = m->worker,
		.name = m->options->name,
		.host = m->host,
		.version = LQ_VERSION,
		.state = state_of(m),
		.queues = m->options->queues,
		.n_queues = m->options->n_queues,
		.pid = getpid(),
		.started_at_ms = m->started_at_ms,
		.last_claim_ms = m->last_claim_ms,
		.jobs_done = m->n_jobs_done,
		.runners = m->options->runners,
		.busy = (int)pool_n_busy(&m->pool),
	};

	if (!redis_side_is_ready(&m->commands))
		return;
	presence->shown_state = shown.state;
	presence->shown_jobs_done = shown.jobs_done;
	presence->shown_busy = shown.busy;
	(void)lq_presence_send(m->commands.conn, &shown, m->options->lease_ms, on_shown, presence);
	redis_side_flush(&m->commands);
}

static void on_heartbeat(void *userdata)
{
	struct presence *presence = userdata;

	presence->has_news = false;
	presence_show(presence);
	loop_timer_in(&presence->m->loop, &presence->heartbeat, presence->m->options->lease_ms / 3);
}

void presence_run(struct presence *presence)
{
	struct manager *m = presence->m;

	if (!m || presence->has_news || !redis_side_is_ready(&m->commands))
		return;
	if (presence->shown_state && strcmp(presence->shown_state, state_of(m)) == 0 &&
	    presence->shown_jobs_done == m->n_jobs_done &&
	    presence->shown_busy == (int)pool_n_busy(&m->pool))
		return;
	presence->has_news = true;
	loop_timer_in(&m->loop, &presence->heartbeat, MIN(NEWS_MS, m->options->lease_ms / 3));
}

static void on_info(void *userdata, int error, const struct lq_server_info *info)
{
	(void)userdata;
	if (error < 0)
		return;
	if (!info->known) {
		log_info("cannot look at the server's settings (INFO is not allowed)");
		return;
	}
	if (info->maxmemory_policy[0] && strcmp(info->maxmemory_policy, "noeviction") != 0)
		log_warning("Redis may drop jobs when it is full: set maxmemory-policy noeviction",
			    LOG_TEXT("maxmemory_policy", info->maxmemory_policy));
	if (!info->is_persistent)
		log_warning("Redis forgets all jobs when it restarts: set appendonly yes");
}

static void on_look(void *userdata)
{
	struct presence *presence = userdata;
	struct manager *m = presence->m;

	if (redis_side_is_ready(&m->commands)) {
		(void)lq_server_info_send(m->commands.conn, on_info, presence);
		redis_side_flush(&m->commands);
	}
	loop_timer_in(&m->loop, &presence->look, LOOK_EVERY_MS);
}

void presence_start(struct presence *presence, struct manager *m)
{
	*presence = (struct presence){
		.m = m,
		.heartbeat = LOOP_TIMER(on_heartbeat, presence),
		.look = LOOP_TIMER(on_look, presence),
	};
	on_heartbeat(presence);
	on_look(presence);
}
