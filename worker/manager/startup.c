/* SPDX-License-Identifier: MIT */
#include "startup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "clock.h"
#include "log.h"
#include "manager.h"
#include "worker-protocol.h"

void startup_begin(struct manager *m)
{
	m->startup = STARTUP_REDIS;
	redis_side_connect(&m->commands);
}

void startup_on_no_redis(struct manager *m)
{
	if (m->startup == STARTUP_DONE)
		return;
	log_error("Redis is not reachable, or refuses the login",
		  LOG_TEXT("url", lq_conn_display_url(m->commands.conn)),
		  LOG_TEXT("error", lq_conn_error(m->commands.conn)));
	shutdown_abandon(m, EXIT_REDIS);
}

void startup_on_redis(struct manager *m)
{
	if (m->startup != STARTUP_REDIS)
		return;
	m->startup = STARTUP_MODULES;
	int r = spawner_link_start(&m->spawner);
	if (r < 0)
		startup_on_no_modules(
			m, r == -ENOENT ? "lq-spawner is not found: is libqueue installed whole?"
					: strerror(-r));
}

void startup_on_no_modules(struct manager *m, const char *text)
{
	if (m->startup == STARTUP_DONE || shutdown_is_under_way(m))
		return;
	log_error("the handlers cannot be loaded", LOG_TEXT("error", text));
	shutdown_abandon(m, EXIT_MODULES);
}

static int join_queues(const struct worker_options *o, struct buffer *out)
{
	int r = 0;

	for (size_t i = 0; i < o->n_queues && r >= 0; i++) {
		if (i > 0)
			r = buffer_append(out, ",", 1);
		if (r >= 0)
			r = buffer_append(out, o->queues[i], strlen(o->queues[i]));
	}
	return r;
}

static void log_ready(const struct manager *m)
{
	_cleanup_(buffer_fini) struct buffer queues = BUFFER_INIT(65536);
	_cleanup_(cleanup_free) char *handlers = handlers_names(&m->handlers);

	if (!handlers || join_queues(m->options, &queues) < 0)
		return;
	log_info("ready", LOG_TEXT("name", m->options->name),
		 LOG_BYTES("queues", (const char *)buffer_begin(&queues), buffer_size(&queues)),
		 LOG_TEXT("handlers", handlers), LOG_NUMBER("runners", m->options->runners));
}

static void begin_work(struct manager *m)
{
	m->startup = STARTUP_DONE;
	m->started_at_ms = clock_realtime_ms();
	m->last_claim_ms = -1;
	log_ready(m);
	pool_fork(&m->pool, true);
	presence_start(&m->presence, m);
	lease_keeper_start(&m->lease_keeper, m);
	reaper_start(&m->reaper);
	redis_side_connect(&m->blocking);
}

static void on_named(void *userdata, int error)
{
	struct manager *m = userdata;

	if (error != 0)
		m->shutdown.is_registered = false;
	if (shutdown_is_under_way(m) || m->startup != STARTUP_NAME)
		return;
	if (error == 0) {
		begin_work(m);
	} else if (error == LQ_LOCKED) {
		log_error("another worker of this name lives: choose another --name, or wait until "
			  "its lease has ended",
			  LOG_TEXT("name", m->options->name));
		shutdown_abandon(m, EXIT_NAME);
	} else {
		log_error("cannot register this worker", LOG_TEXT("error", lq_result_text(error)));
		shutdown_abandon(m, EXIT_REDIS);
	}
}

void startup_on_loaded(struct manager *m)
{
	if (m->startup != STARTUP_MODULES)
		return;
	m->startup = STARTUP_NAME;
	m->shutdown.is_registered = true;
	int r = lq_name_claim_send(m->commands.conn, m->options->name, m->worker,
				   m->options->lease_ms, on_named, m);
	if (r < 0)
		on_named(m, r);
	redis_side_flush(&m->commands);
}
