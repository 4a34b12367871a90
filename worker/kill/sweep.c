/* SPDX-License-Identifier: MIT */
/* The sweep, in rounds: read the children, reap or stop each unknown one, kill their trees. */
#include "sweep.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "children.h"
#include "cleanup.h"
#include "clock.h"
#include "killtree.h"

#define EMPTY_READINGS 2

struct round {
	is_known_fn is_known;
	void *userdata;
	struct pid_list living;
	uint32_t n_reaped, n_killed;
};

bool sweep_has_nothing(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
}

static void look_at(pid_t pid, void *userdata)
{
	struct round *round = userdata;
	int status;

	if (round->is_known(pid, round->userdata))
		return;
	if (waitpid(pid, &status, WNOHANG) == pid) {
		round->n_reaped++;
		round->n_killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		return;
	}
	/* At once: one that forks and exits is gone by the end of the reading. */
	(void)kill(pid, SIGSTOP);
	(void)pid_list_add(&round->living, pid);
}

/* Until a child has died or 2 ms have passed; they die after kill() has returned. */
static void wait_for_a_death(void)
{
	static const struct timespec patience = { .tv_nsec = 2000000 };
	sigset_t mask;

	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGCHLD);
	(void)sigtimedwait(&mask, NULL, &patience);
}

uint32_t sweep(is_known_fn is_known, void *userdata, bool *ret_left)
{
	const int64_t end_ms = clock_monotonic_ms() + SWEEP_LIMIT_MS;
	pid_t self = getpid();
	const struct pid_list parents = { .pids = &self, .n = 1 };
	struct round round = { .is_known = is_known, .userdata = userdata };
	unsigned int n_empty = 0;

	while (n_empty < EMPTY_READINGS && clock_monotonic_ms() < end_ms && !sweep_has_nothing()) {
		round.living.n = 0;
		round.n_reaped = 0;
		(void)children_each(&parents, look_at, &round);
		n_empty = round.living.n + round.n_reaped == 0 ? n_empty + 1 : 0;
		if (round.living.n > 0) {
			(void)killtree(&round.living);
			wait_for_a_death();
		}
	}
	if (ret_left)
		*ret_left = n_empty < EMPTY_READINGS && !sweep_has_nothing();
	pid_list_fini(&round.living);
	return round.n_killed;
}
