/* SPDX-License-Identifier: MIT */
/*
 * Being asked to stop. SIGTERM has its default action, which ends a handler that takes no
 * care, until the handler first asks; from then on it sets a flag and makes a descriptor
 * readable. The state is the process's, as signals are: a runner has one job at a time.
 */
#include "context.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

static volatile sig_atomic_t is_asked;
static volatile sig_atomic_t stop_fd = -1;
static bool is_watching;

static void on_sigterm(int signo)
{
	static const uint64_t one = 1;
	int saved = errno;

	(void)signo;
	is_asked = 1;
	if (stop_fd >= 0 && write(stop_fd, &one, sizeof(one)) < 0) {
		/* Full: it is readable already. */
	}
	errno = saved;
}

/* The descriptor comes first: a signal must find all that its function uses. */
static void watch(void)
{
	struct sigaction action = { .sa_handler = on_sigterm, .sa_flags = SA_RESTART };

	if (is_watching)
		return;
	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	(void)sigemptyset(&action.sa_mask);
	is_watching = sigaction(SIGTERM, &action, NULL) == 0;
}

bool lq_job_should_stop(struct lq_job *job)
{
	(void)job;
	watch();
	return is_asked;
}

int lq_job_stop_fd(struct lq_job *job)
{
	(void)job;
	watch();
	return stop_fd;
}

void lq__stop_reset(void)
{
	if (!is_watching)
		return;
	(void)signal(SIGTERM, SIG_DFL);
	if (stop_fd >= 0)
		(void)close(stop_fd);
	stop_fd = -1;
	is_asked = 0;
	is_watching = false;
}
