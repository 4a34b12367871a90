/* SPDX-License-Identifier: MIT */
/*
 * Reaping. A dead runner's group is killed while its zombie still holds the number. Its
 * orphans have come to this process (a subreaper) by then: any child not on record is one.
 * Looking for them costs a reading of children, on kernels that do not list them even of all
 * processes, so it is done only where there may be one: a runner that ended in order has asked the
 * kernel whether it had children, and left the proof.
 */
#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "clock.h"
#include "control.h"
#include "killtree.h"
#include "state.h"
#include "sweep.h"
#include "wire.h"

#define RECHECK_MS 5000

static bool is_runner(pid_t pid, void *userdata)
{
	const struct spawner *s = userdata;

	return runners_find_pid(&s->runners, pid) != NULL;
}

static bool is_nobody(pid_t pid, void *userdata)
{
	(void)pid;
	(void)userdata;
	return false;
}

static uint32_t sweep_orphans(struct spawner *s)
{
	bool is_left;
	uint32_t n = sweep(is_runner, s, &is_left);

	s->sweep_at_ms = 0;
	if (is_left)
		(void)control_say(s->control_fd, WIRE_NOTE,
				  "processes that a dead runner left behind survive SIGKILL; they "
				  "hang in the kernel, look for state D in ps");
	return n;
}

static bool has_proof(const struct spawner *s, uint64_t generation)
{
	return *spawner_proof(s, generation) == (uint32_t)generation;
}

/* Of a runner just reaped. */
static uint32_t kill_leftovers(struct spawner *s, uint64_t generation)
{
	if (!has_proof(s, generation)) {
		uint32_t n = s->n_strays + sweep_orphans(s);

		s->n_strays = 0;
		return n;
	}
	if (s->sweep_at_ms == 0)
		s->sweep_at_ms = clock_monotonic_ms() + RECHECK_MS;
	return 0;
}

/* An orphan killed with its runner may come to this process before the runner itself has died. */
static void bury_stray(struct spawner *s, pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		s->n_strays++;
}

static int64_t microseconds(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static int tell(struct spawner *s, const struct wire_exited *exited)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);

	int r = wire_put_exited(&out, exited);
	return r < 0 ? r : control_send(s->control_fd, &out, NULL, 0);
}

static int bury(struct spawner *s, struct runner *runner)
{
	struct wire_exited exited = { .generation = runner->generation };
	bool is_announced = runner->is_announced;
	struct rusage usage = { 0 };

	(void)kill(-runner->pid, SIGKILL);
	(void)wait4(runner->pid, &exited.status, 0, &usage);
	exited.user_us = microseconds(usage.ru_utime);
	exited.system_us = microseconds(usage.ru_stime);
	exited.max_rss_kb = usage.ru_maxrss;

	runners_remove(&s->runners, runner);
	exited.n_killed = kill_leftovers(s, exited.generation);
	return is_announced ? tell(s, &exited) : 0;
}

int reap_dead(struct spawner *s)
{
	siginfo_t info = { 0 };
	int r = 0;

	while (r == 0 && waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid != 0) {
		struct runner *runner = runners_find_pid(&s->runners, info.si_pid);

		if (runner)
			r = bury(s, runner);
		else
			bury_stray(s, info.si_pid);
		info.si_pid = 0;
	}
	return r;
}

void reap_kill(const struct runner *runner)
{
	struct pid_list tree = { .n = 0 };

	if (pid_list_add(&tree, runner->pid) == 0)
		(void)killtree(&tree);
	else
		(void)kill(runner->pid, SIGKILL);
	(void)kill(-runner->pid, SIGKILL);
	pid_list_fini(&tree);
}

void reap_recheck(struct spawner *s)
{
	uint32_t n = sweep_orphans(s);

	if (n > 0)
		(void)control_say(s->control_fd, WIRE_NOTE,
				  "killed %u processes that jobs had left behind", n);
}

static void kill_group(const struct runner *runner)
{
	(void)kill(runner->pid, SIGKILL);
	(void)kill(-runner->pid, SIGKILL);
}

void reap_all(struct spawner *s)
{
	runners_each(&s->runners, kill_group);
	(void)sweep(is_nobody, NULL, NULL);
}
