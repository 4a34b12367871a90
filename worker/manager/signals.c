/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "macro.h"

static void on_signal(void *userdata, uint32_t events)
{
	struct signals *signals = userdata;
	struct signalfd_siginfo info;

	(void)events;
	if (read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		signals->fn(signals->userdata, (int)info.ssi_signo);
}

int signals_init(struct signals *signals, struct loop *loop, signals_fn fn, void *userdata)
{
	static const int told[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };
	sigset_t mask;

	(void)sigemptyset(&mask);
	for (size_t i = 0; i < ARRAY_SIZE(told); i++)
		(void)sigaddset(&mask, told[i]);
	*signals = (struct signals){
		.loop = loop,
		.source = LOOP_SOURCE(on_signal, signals),
		.fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK),
		.fn = fn,
		.userdata = userdata,
	};
	if (signals->fd < 0)
		return -errno;
	/* Children are watched by pidfd; the sweep waits for the signal itself. */
	(void)sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -errno;
	return loop_watch(loop, &signals->source, signals->fd, EPOLLIN);
}

void signals_fini(struct signals *signals)
{
	if (signals->fd < 0)
		return;
	loop_unwatch(signals->loop, &signals->source);
	(void)close(signals->fd);
	signals->fd = -1;
}
