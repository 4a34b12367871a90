/* SPDX-License-Identifier: MIT */
/* The spawner's loop: what the manager says, who has died, how many runners there should be. */
#include "spawner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "control.h"
#include "fork.h"
#include "macro.h"
#include "modules.h"
#include "reap.h"
#include "setup.h"
#include "state.h"

#define FORK_AGAIN_MS 200

/* To the runner and its group: it may have left that. */
static void signal_runner(const struct runner *runner, int signo)
{
	if (getpgid(runner->pid) != runner->pid)
		(void)kill(runner->pid, signo);
	(void)kill(-runner->pid, signo);
}

static int obey(struct spawner *s, const struct wire_message *message)
{
	const struct runner *runner;

	switch ((int)message->type) {
	case WIRE_WANT:
		s->n_wanted = message->want;
		return 0;
	case WIRE_SIGNAL:
		runner = runners_find_generation(&s->runners, message->signal.generation);
		if (runner)
			signal_runner(runner, message->signal.signo);
		return 0;
	case WIRE_KILL:
		runner = runners_find_generation(&s->runners, message->signal.generation);
		if (runner)
			reap_kill(runner);
		return 0;
	default:
		return -EPROTO;
	}
}

static int hear(struct spawner *s)
{
	static char data[WIRE_CONTROL_MAX];
	struct wire_message message;

	int r = control_receive(s->control_fd, data, &message);
	return r <= 0 ? r : obey(s, &message);
}

static bool should_fork(const struct spawner *s, int64_t now_ms)
{
	return s->runners.n < s->n_wanted && now_ms >= s->fork_at_ms;
}

/* One a turn, so that neither the dead nor the manager wait for a long row of forks. */
static int fork_one(struct spawner *s)
{
	bool has_failed_before = s->fork_at_ms != 0;

	int r = fork_runner(s);
	if (r == -ECONNRESET)
		return r;
	s->fork_at_ms = r < 0 ? clock_monotonic_ms() + FORK_AGAIN_MS : 0;
	if (r < 0 && !has_failed_before)
		return control_say(s->control_fd, WIRE_NOTE,
				   "a runner cannot be forked: %s; trying again every %d ms. Check "
				   "the limits on processes (ulimit -u), memory and open files",
				   strerror(-r), FORK_AGAIN_MS);
	return 0;
}

/* Milliseconds to the next thing that no descriptor tells of; -1: none. */
static int patience(const struct spawner *s)
{
	int64_t now_ms = clock_monotonic_ms(), due_ms = INT64_MAX;

	if (s->runners.n < s->n_wanted)
		due_ms = s->fork_at_ms;
	if (s->sweep_at_ms != 0)
		due_ms = MIN(due_ms, s->sweep_at_ms);
	if (due_ms == INT64_MAX)
		return -1;
	return (int)MIN(MAX(due_ms - now_ms, 0), 60000);
}

static int mind_the_dead(struct spawner *s)
{
	struct signalfd_siginfo info;

	/* Signals merge: one says only that somebody has died. */
	while (read(s->signal_fd, &info, sizeof(info)) > 0)
		;
	return reap_dead(s);
}

static int turn(struct spawner *s)
{
	struct pollfd fds[] = {
		{ .fd = s->control_fd, .events = POLLIN },
		{ .fd = s->signal_fd, .events = POLLIN },
	};
	int r = 0;

	if (poll(fds, ARRAY_SIZE(fds), patience(s)) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[0].revents)
		r = hear(s);
	if (r == 0 && fds[1].revents)
		r = mind_the_dead(s);

	int64_t now_ms = clock_monotonic_ms();
	if (r == 0 && s->sweep_at_ms != 0 && now_ms >= s->sweep_at_ms)
		reap_recheck(s);
	if (r == 0 && should_fork(s, now_ms))
		r = fork_one(s);
	return r;
}

static int complain(const char *what, int error)
{
	(void)fprintf(stderr, "lq-spawner: %s: %s\n", what, strerror(-error));
	return EXIT_FAILURE;
}

static int serve(struct spawner *s)
{
	int r = modules_tell(&s->handlers, s->control_fd);

	while (r == 0)
		r = turn(s);
	reap_all(s);
	if (r == -EPROTO)
		return complain("the manager sent what is no message", r);
	return EXIT_SUCCESS;
}

static void spawner_fini(struct spawner *s)
{
	runners_fini(&s->runners);
	lq__handlers_fini(&s->handlers);
	cleanup_close(&s->signal_fd);
}

int spawner_run(const struct spawner_options *options)
{
	_cleanup_(spawner_fini) struct spawner s = {
		.control_fd = options->control_fd,
		.signal_fd = -1,
		.pid = getpid(),
		.jobs_per_runner = options->jobs_per_runner,
	};

	int r = setup_early(options->control_fd);
	if (r < 0)
		return complain("cannot be set up", r);
	if (modules_load(options, &s.handlers) < 0)
		return SPAWNER_EXIT_BAD_MODULE;
	r = setup_late(&s);
	return r < 0 ? complain("cannot be set up", r) : serve(&s);
}
