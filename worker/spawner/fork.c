/* SPDX-License-Identifier: MIT */
/*
 * Forking. Each runner gets a stream pair and two pipes that no other process has ever held:
 * were they handed on from a dead runner, its grandchild could read the next job. Must be
 * called by the main thread, to whose life the runner's parent-death signal is tied.
 */
#include "fork.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "control.h"
#include "runner.h"
#include "state.h"
#include "wire.h"

#define STDERR_PIPE_SIZE (1024 * 1024) /* a flood is slowed down, not lost */

struct channel {
	int ours[WIRE_N_RUNNER_FDS]; /* for the manager; at WIRE_FD_* */
	int socket_fd, stdout_fd, stderr_fd;
};

#define CHANNEL_INIT                                                                          \
	{                                                                                     \
		.ours = { -1, -1, -1, -1 }, .socket_fd = -1, .stdout_fd = -1, .stderr_fd = -1 \
	}

static void channel_close(struct channel *c)
{
	for (size_t i = 0; i < WIRE_N_RUNNER_FDS; i++)
		cleanup_close(&c->ours[i]);
	cleanup_close(&c->socket_fd);
	cleanup_close(&c->stdout_fd);
	cleanup_close(&c->stderr_fd);
}

static int open_pipe(int *ret_read, int *ret_write)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	*ret_read = fds[0];
	*ret_write = fds[1];
	return 0;
}

static int channel_open(struct channel *c)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	c->ours[WIRE_FD_SOCKET] = pair[0];
	c->socket_fd = pair[1];
	int r = open_pipe(&c->ours[WIRE_FD_STDOUT], &c->stdout_fd);
	if (r == 0)
		r = open_pipe(&c->ours[WIRE_FD_STDERR], &c->stderr_fd);
	if (r == 0)
		(void)fcntl(c->stderr_fd, F_SETPIPE_SZ,
			    STDERR_PIPE_SIZE); /* a user's quota may refuse */
	return r;
}

static int announce(struct spawner *s, const struct channel *c, struct runner *runner)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);
	const struct wire_runner message = {
		.generation = runner->generation,
		.pid = runner->pid,
	};

	int r = wire_put_runner(&out, &message);
	if (r == 0)
		r = control_send(s->control_fd, &out, c->ours, WIRE_N_RUNNER_FDS);
	runner->is_announced = r == 0;
	return r;
}

/* Reaped with the others, if it is on record; else here. */
static void discard(pid_t pid, const struct runner *runner)
{
	(void)kill(pid, SIGKILL);
	if (!runner)
		(void)waitpid(pid, NULL, 0);
}

/* In the parent, which has not reaped: the number is the child's. */
static int adopt(struct spawner *s, struct channel *c, pid_t pid)
{
	struct runner *runner = NULL;

	(void)setpgid(pid, pid);
	c->ours[WIRE_FD_PIDFD] = (int)syscall(SYS_pidfd_open, pid, 0u);
	int r = c->ours[WIRE_FD_PIDFD] < 0 ? -errno : 0;
	if (r == 0) {
		runner = runners_add(&s->runners, pid, s->last_generation);
		r = runner ? announce(s, c, runner) : -ENOMEM;
	}
	if (r < 0)
		discard(pid, runner);
	return r;
}

int fork_runner(struct spawner *s)
{
	_cleanup_(channel_close) struct channel c = CHANNEL_INIT;

	int r = channel_open(&c);
	if (r < 0)
		return r;

	uint64_t generation = ++s->last_generation;
	const struct runner_start start = {
		.socket_fd = c.socket_fd,
		.stdout_fd = c.stdout_fd,
		.stderr_fd = c.stderr_fd,
		.parent = s->pid,
		.jobs_per_runner = s->jobs_per_runner,
		.handlers = &s->handlers,
		.proof = spawner_proof(s, generation),
		.generation = (uint32_t)generation,
	};

	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		runner_main(&start);
	r = adopt(s, &c, pid);
	return r == -EPIPE ? -ECONNRESET : r;
}
