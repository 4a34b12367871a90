/* SPDX-License-Identifier: MIT */
#include "spawner-link.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backoff.h"
#include "cleanup.h"
#include "clock.h"
#include "log.h"
#include "macro.h"
#include "spawner-exec.h"

#define MESSAGES_A_TURN 64
#define OUT_MAX (1024u * 1024)
#define RESTART_MIN_MS 1000
#define RESTART_MAX_MS 30000
#define STEADY_MS 30000    /* one that lived as long came up well */
#define IMPATIENCE_MS 2000 /* to leave, once told to */

static void on_control(void *userdata, uint32_t events);
static void on_death(void *userdata, uint32_t events);
static void on_restart(void *userdata);
static void on_impatience(void *userdata);

int spawner_link_init(struct spawner_link *link, struct loop *loop,
		      const struct spawner_events *events, void *userdata)
{
	*link = (struct spawner_link){
		.loop = loop,
		.events = events,
		.userdata = userdata,
		.control = -1,
		.pidfd = -1,
		.control_source = LOOP_SOURCE(on_control, link),
		.death_source = LOOP_SOURCE(on_death, link),
		.restart = LOOP_TIMER(on_restart, link),
		.impatience = LOOP_TIMER(on_impatience, link),
		.out = BUFFER_INIT(OUT_MAX),
		.in = malloc(WIRE_CONTROL_MAX),
	};
	return link->in ? 0 : -ENOMEM;
}

void spawner_link_fini(struct spawner_link *link)
{
	free(link->in);
	buffer_fini(&link->out);
	if (link->control >= 0)
		(void)close(link->control);
	if (link->pidfd >= 0) {
		spawner_link_end(link);
		(void)waitpid(link->pid, NULL, 0);
		(void)close(link->pidfd);
	}
	link->in = NULL;
	link->control = link->pidfd = -1;
}

bool spawner_link_is_running(const struct spawner_link *link)
{
	return link->pidfd >= 0;
}

static int adopt(struct spawner_link *link, int control, pid_t pid)
{
	_cleanup_(cleanup_close) int pidfd = pidfd_open(pid, 0);

	if (pidfd < 0)
		return -errno;
	int r = loop_watch(link->loop, &link->control_source, control, EPOLLIN);
	if (r >= 0)
		r = loop_watch(link->loop, &link->death_source, pidfd, EPOLLIN);
	if (r < 0) {
		loop_unwatch(link->loop, &link->control_source);
		return r;
	}
	link->control = control;
	link->pidfd = TAKE_FD(pidfd);
	link->pid = pid;
	link->has_loaded = false;
	link->started_ms = clock_monotonic_ms();
	return 0;
}

int spawner_link_start(struct spawner_link *link)
{
	struct spawner_command command = { link->program, link->modules, link->n_modules,
					   link->jobs_per_runner };
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	_cleanup_(cleanup_close) int ours = pair[0];
	_cleanup_(cleanup_close) int theirs = pair[1];
	int r = spawner_exec(&command, theirs, &pid);
	if (r < 0)
		return r;
	r = adopt(link, ours, pid);
	if (r < 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	(void)TAKE_FD(ours);
	return 0;
}

/* ---- Hearing ---- */

static void take_descriptors(struct msghdr *header, int fds[WIRE_N_RUNNER_FDS])
{
	size_t n_taken = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (n_taken < WIRE_N_RUNNER_FDS)
				fds[n_taken++] = fd;
			else
				(void)close(fd);
		}
	}
}

static void dispatch(struct spawner_link *link, const struct wire_message *message,
		     int fds[WIRE_N_RUNNER_FDS])
{
	const struct spawner_events *events = link->events;

	switch ((int)message->type) {
	case WIRE_HELLO:
		if (message->abi != WIRE_ABI)
			events->on_failed(link->userdata,
					  "lq-worker and its spawner are of different versions: "
					  "install them from one build");
		break;
	case WIRE_HANDLER:
		events->on_handler(link->userdata, &message->handler);
		break;
	case WIRE_LOADED:
		link->has_loaded = true;
		events->on_loaded(link->userdata);
		break;
	case WIRE_RUNNER:
		events->on_runner(link->userdata, &message->runner, fds);
		break;
	case WIRE_EXITED:
		events->on_exited(link->userdata, &message->exited);
		break;
	case WIRE_FAILED:
		events->on_failed(link->userdata, message->text);
		break;
	case WIRE_NOTE:
		log_warning("spawner", LOG_TEXT("text", message->text));
		break;
	default:
		log_error("the spawner sent a message that makes no sense",
			  LOG_NUMBER("type", message->type));
		break;
	}
}

/* 1: one was heard, 0: nothing more now, -ECONNRESET: nothing more ever. */
static int hear_one(struct spawner_link *link)
{
	union {
		char bytes[CMSG_SPACE(WIRE_N_RUNNER_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { link->in, WIRE_CONTROL_MAX };
	struct msghdr header = { .msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes) };
	int fds[WIRE_N_RUNNER_FDS] = { -1, -1, -1, -1 };
	struct wire_message message;

	ssize_t n = recvmsg(link->control, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -ECONNRESET;
	if (n == 0)
		return -ECONNRESET;
	take_descriptors(&header, fds);
	if (wire_parse(link->in, (size_t)n, WIRE_CONTROL_MAX, &message) > 0)
		dispatch(link, &message, fds);
	else
		log_error("the spawner sent a broken message");
	for (size_t i = 0; i < WIRE_N_RUNNER_FDS; i++)
		cleanup_close(&fds[i]);
	return 1;
}

static void close_control(struct spawner_link *link)
{
	if (link->control < 0)
		return;
	loop_unwatch(link->loop, &link->control_source);
	(void)close(link->control);
	link->control = -1;
	buffer_clear(&link->out);
	loop_timer_in(link->loop, &link->impatience, IMPATIENCE_MS);
}

static void flush(struct spawner_link *link);

static void on_control(void *userdata, uint32_t events)
{
	struct spawner_link *link = userdata;
	int r = 1;

	if (events & EPOLLOUT)
		flush(link);
	for (int i = 0; i < MESSAGES_A_TURN && r > 0 && link->control >= 0; i++)
		r = hear_one(link);
	if (r < 0)
		close_control(link);
}

/* ---- Its end ---- */

static void on_impatience(void *userdata)
{
	struct spawner_link *link = userdata;

	if (link->pidfd >= 0) {
		log_warning("the spawner does not leave; it is killed");
		(void)pidfd_send_signal(link->pidfd, SIGKILL, NULL, 0);
	}
}

static void schedule_restart(struct spawner_link *link)
{
	if (clock_monotonic_ms() - link->started_ms >= STEADY_MS)
		link->backoff_ms = 0;
	link->backoff_ms = backoff_next(link->backoff_ms, RESTART_MIN_MS, RESTART_MAX_MS);
	loop_timer_in(link->loop, &link->restart, link->backoff_ms);
}

static void on_restart(void *userdata)
{
	struct spawner_link *link = userdata;
	int r = spawner_link_start(link);

	if (r < 0) {
		log_error("cannot start the spawner", LOG_TEXT("error", strerror(-r)));
		schedule_restart(link);
	}
}

/* What it had to say before it died is heard first. */
static void on_death(void *userdata, uint32_t events)
{
	struct spawner_link *link = userdata;
	int status = 0;

	(void)events;
	while (link->control >= 0 && hear_one(link) > 0)
		;
	close_control(link);
	loop_timer_stop(link->loop, &link->impatience);
	loop_unwatch(link->loop, &link->death_source);
	(void)close(link->pidfd);
	link->pidfd = -1;
	(void)waitpid(link->pid, &status, 0);
	link->events->on_gone(link->userdata, status);
	if (!link->is_closing)
		schedule_restart(link);
}

void spawner_link_close(struct spawner_link *link)
{
	link->is_closing = true;
	loop_timer_stop(link->loop, &link->restart);
	close_control(link);
}

void spawner_link_end(struct spawner_link *link)
{
	link->is_closing = true;
	loop_timer_stop(link->loop, &link->restart);
	if (link->pidfd >= 0)
		(void)pidfd_send_signal(link->pidfd, SIGKILL, NULL, 0);
}

/* ---- Telling ---- */

/* One frame a message; a frame begins with the length of what follows. */
static size_t first_frame(const struct buffer *out)
{
	uint32_t length;

	memcpy(&length, buffer_begin(out), sizeof(length));
	return sizeof(length) + le32toh(length);
}

static void flush(struct spawner_link *link)
{
	uint32_t events = EPOLLIN;

	while (link->control >= 0 && buffer_size(&link->out) > 0) {
		size_t size = first_frame(&link->out);

		ssize_t n = send(link->control, buffer_begin(&link->out), size,
				 MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			events |= EPOLLOUT;
			break;
		}
		buffer_consume(&link->out, size);
	}
	if (link->control >= 0 && link->control_source.events != events)
		(void)loop_watch(link->loop, &link->control_source, link->control, events);
}

void spawner_link_want(struct spawner_link *link, uint32_t n)
{
	if (link->control >= 0 && wire_put_want(&link->out, n) >= 0)
		flush(link);
}

static void tell(struct spawner_link *link, enum wire_type type, uint64_t generation, int signo)
{
	struct wire_signal signal = { generation, signo };

	if (link->control >= 0 && wire_put_signal(&link->out, type, &signal) >= 0)
		flush(link);
}

void spawner_link_signal(struct spawner_link *link, uint64_t generation, int signo)
{
	tell(link, WIRE_SIGNAL, generation, signo);
}

void spawner_link_kill(struct spawner_link *link, uint64_t generation)
{
	tell(link, WIRE_KILL, generation, 0);
}
