/* SPDX-License-Identifier: MIT */
#include "manager.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uuid.h>

#include "descriptors.h"
#include "log.h"
#include "macro.h"
#include "sweep.h"
#include "worker-protocol.h"

bool manager_is_started(const struct manager *m)
{
	return m->startup == STARTUP_DONE;
}

bool manager_takes_jobs(const struct manager *m)
{
	return manager_is_started(m) && !shutdown_is_under_way(m);
}

/* ---- Events, to those whose duty they are ---- */

static void on_signal(void *userdata, int signo)
{
	struct manager *m = userdata;

	if (signo == SIGTERM || signo == SIGINT)
		shutdown_signal(m, signo);
	else
		log_info("a signal that this worker does not know is ignored",
			 LOG_TEXT("signal", strsignal(signo)));
}

static void on_commands_ready(void *userdata)
{
	struct manager *m = userdata;

	startup_on_redis(m);
	if (!manager_is_started(m))
		return;
	/* Deliver, renew, and see what is still ours. */
	claimer_owe(m);
	presence_show(&m->presence);
}

static void on_commands_lost(void *userdata)
{
	startup_on_no_redis(userdata);
}

static void on_handler(void *userdata, const struct wire_handler *handler)
{
	struct manager *m = userdata;
	char text[LQ_NAME_MAX + 64];
	int r = handlers_add(&m->coming, handler);

	if (r == -EEXIST)
		(void)snprintf(text, sizeof(text), "the handler %s is named twice", handler->name);
	if (r < 0)
		startup_on_no_modules(m, r == -EEXIST ? text : strerror(-r));
}

static void on_loaded(void *userdata)
{
	struct manager *m = userdata;

	handlers_fini(&m->handlers);
	m->handlers = m->coming;
	m->coming = (struct handlers){ 0 };
	if (!manager_is_started(m)) {
		startup_on_loaded(m);
	} else if (!shutdown_is_under_way(m)) {
		log_info("a new spawner is ready");
		pool_fork(&m->pool, true);
	}
}

static void on_failed(void *userdata, const char *text)
{
	struct manager *m = userdata;

	if (manager_is_started(m))
		log_error("the handlers cannot be loaded again", LOG_TEXT("error", text));
	startup_on_no_modules(m, text);
}

static void on_runner(void *userdata, const struct wire_runner *runner, int fds[WIRE_N_RUNNER_FDS])
{
	struct manager *m = userdata;

	pool_take_runner(&m->pool, runner, fds);
}

static void on_exited(void *userdata, const struct wire_exited *exited)
{
	struct manager *m = userdata;

	pool_take_exit(&m->pool, exited);
}

static bool is_nobody_known(pid_t pid, void *userdata)
{
	(void)pid;
	(void)userdata;
	return false;
}

/* Whatever it left falls to this process, and goes before its jobs are given to others. */
static void on_spawner_gone(void *userdata, int status)
{
	struct manager *m = userdata;
	bool is_left = false;

	uint32_t n_killed = sweep(is_nobody_known, NULL, &is_left);
	pool_lose_spawner(&m->pool);
	handlers_fini(&m->coming);
	if (is_left)
		log_error("processes of the spawner cannot be killed");
	if (!shutdown_is_under_way(m) || m->shutdown.phase != SHUTDOWN_LEAVING)
		log_error(
			"the spawner has died; a new one is started",
			LOG_TEXT("how", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit"),
			LOG_NUMBER("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
			LOG_NUMBER("swept", n_killed));
	startup_on_no_modules(m, "the spawner has ended while it loaded the modules");
	shutdown_note_spawner_gone(m);
}

/* ---- Life ---- */

static int make_names(struct manager *m)
{
	char uuid_text[37];
	uuid_t uuid;

	uuid_generate_random(uuid);
	uuid_unparse_lower(uuid, uuid_text);
	(void)snprintf(m->worker, sizeof(m->worker), "%s.%s", m->options->name, uuid_text);
	if (gethostname(m->host, sizeof(m->host) - 1) < 0)
		return -errno;
	return 0;
}

static int open_redis(struct manager *m)
{
	char error[512];

	int r = redis_side_init(&m->commands, &m->loop, m->options->url, "commands", error,
				sizeof(error));
	if (r >= 0)
		r = redis_side_init(&m->blocking, &m->loop, m->options->url, "blocking", error,
				    sizeof(error));
	if (r == -EINVAL) {
		log_error("bad Redis URL", LOG_TEXT("error", error));
		m->exit_status = 2;
	}
	/* A server that is back must not find our lease ended while we still wait. */
	m->commands.backoff_max_ms = m->blocking.backoff_max_ms =
		MAX(MIN(m->options->lease_ms / 3, RECONNECT_MAX_MS), RECONNECT_MIN_MS);
	m->commands.userdata = m;
	m->commands.on_ready = on_commands_ready;
	m->commands.on_lost = on_commands_lost;
	return r;
}

static int open_spawner(struct manager *m)
{
	static const struct spawner_events events = {
		.on_handler = on_handler,
		.on_loaded = on_loaded,
		.on_failed = on_failed,
		.on_runner = on_runner,
		.on_exited = on_exited,
		.on_gone = on_spawner_gone,
	};

	m->spawner.program = m->options->spawner;
	int r = spawner_link_init(&m->spawner, &m->loop, &events, m);
	m->spawner.program = m->options->spawner;
	m->spawner.modules = m->options->modules;
	m->spawner.n_modules = m->options->n_modules;
	m->spawner.jobs_per_runner = m->options->jobs_per_runner;
	return r;
}

static int open_descriptors(struct manager *m)
{
	size_t needed, limit;

	int r = descriptors_reserve((size_t)m->options->runners + (size_t)m->options->spares,
				    &needed, &limit);
	if (r == -EMFILE) {
		log_error("more runners than there may be open files: raise the limit (ulimit -Hn) "
			  "or lower --runners",
			  LOG_NUMBER("needed", needed), LOG_NUMBER("limit", limit));
		m->exit_status = 2;
	}
	return r;
}

static int manager_init(struct manager *m)
{
	int r = open_descriptors(m);

	if (r >= 0)
		r = loop_init(&m->loop);
	if (r >= 0)
		r = signals_init(&m->signals, &m->loop, on_signal, m);
	if (r >= 0)
		r = make_names(m);
	if (r >= 0)
		r = open_redis(m);
	if (r >= 0)
		r = open_spawner(m);
	if (r >= 0)
		r = jobs_init(&m->jobs, m->options->n_queues);
	if (r >= 0)
		r = claimer_init(&m->claimer, m);
	if (r < 0)
		return r;
	pool_init(&m->pool, m);
	reaper_init(&m->reaper, m);
	wake_watch_init(&m->wake_watch, m);
	shutdown_init(&m->shutdown, m);
	if (alive_start(&m->alive, &m->loop, m->options->alive_file) < 0)
		log_warning("the alive file cannot be written",
			    LOG_TEXT("file", m->options->alive_file));
	return 0;
}

static void manager_fini(struct manager *m)
{
	alive_stop(&m->alive);
	/* Their functions are called once more, with -ECONNRESET: all they touch still stands. */
	redis_side_fini(&m->blocking);
	redis_side_fini(&m->commands);
	pool_fini(&m->pool);
	claimer_fini(&m->claimer);
	jobs_fini(&m->jobs);
	handlers_fini(&m->handlers);
	handlers_fini(&m->coming);
	spawner_link_fini(&m->spawner);
	/* Of a spawner that had to be killed. */
	(void)sweep(is_nobody_known, NULL, NULL);
	signals_fini(&m->signals);
	loop_fini(&m->loop);
}

/* The end of a turn: what has been noted is acted upon. */
static void manager_settle_turn(struct manager *m)
{
	pool_dispatch(&m->pool);
	shutdown_run(m);
	claimer_run(m);
	wake_watch_run(&m->wake_watch);
	presence_run(&m->presence);
}

int manager_run(const struct worker_options *options)
{
	struct manager *m = calloc(1, sizeof(*m));
	int exit_status = 1;

	if (!m)
		return exit_status;
	m->options = options;
	m->signals.fd = m->spawner.control = m->spawner.pidfd = m->loop.epoll_fd = -1;
	/* Orphans of a spawner that was killed come to this process. */
	int r = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? -errno : manager_init(m);
	if (r >= 0) {
		startup_begin(m);
		while (r >= 0 && !m->is_over) {
			r = loop_turn(&m->loop);
			manager_settle_turn(m);
		}
	}
	if (r < 0 && m->exit_status == 0) {
		log_error("the worker cannot go on", LOG_TEXT("error", strerror(-r)));
		m->exit_status = 1;
	}
	exit_status = m->exit_status;
	manager_fini(m);
	free(m);
	return exit_status;
}
