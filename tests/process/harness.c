/* SPDX-License-Identifier: MIT */
/* The harness: the spawner's side. */
#include "harness.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

const char *module_path(const char *name, char path[4096])
{
	const char *folder = getenv("LQ_TEST_MODULES");

	ck_assert_msg(folder != NULL, "LQ_TEST_MODULES is not set; run by `meson test`");
	(void)snprintf(path, 4096, "%s/%s.so", folder, name);
	return path;
}

static void wait_readable(int fd, const char *what)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ck_assert_msg(poll(&p, 1, HARNESS_DEADLINE_MS) == 1, "%s did not come", what);
}

static int make_pair(struct harness *h)
{
	int pair[2];

	*h = (struct harness){ .control_fd = -1 };
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	h->control_fd = pair[0];
	return pair[1];
}

static void exec_with_fd(int fd, const char *const *argv)
{
	(void)fcntl(fd, F_SETFD, 0);
	(void)execv(argv[0], (char *const *)(const void *)argv);
	_exit(127);
}

void harness_start(struct harness *h, const char *jobs_per_runner, const char *const *modules,
		   size_t n_modules)
{
	const char *program = getenv("LQ_TEST_SPAWNER");
	int fd = make_pair(h);
	char fd_text[16];
	const char *argv[32];
	size_t n = 0;

	ck_assert_msg(program != NULL, "LQ_TEST_SPAWNER is not set; run by `meson test`");
	(void)snprintf(fd_text, sizeof(fd_text), "%d", fd);
	argv[n++] = program;
	argv[n++] = "--fd";
	argv[n++] = fd_text;
	if (jobs_per_runner) {
		argv[n++] = "--jobs-per-runner";
		argv[n++] = jobs_per_runner;
	}
	for (size_t i = 0; i < n_modules; i++) {
		argv[n++] = "-m";
		argv[n++] = modules[i];
	}
	argv[n] = NULL;
	h->pid = fork();
	ck_assert_int_ge(h->pid, 0);
	if (h->pid == 0)
		exec_with_fd(fd, argv);
	(void)close(fd);
}

void harness_start_program(struct harness *h, const char *program)
{
	int fd = make_pair(h);
	char fd_text[16];
	const char *argv[] = { program, NULL };

	(void)snprintf(fd_text, sizeof(fd_text), "%d", fd);
	h->pid = fork();
	ck_assert_int_ge(h->pid, 0);
	if (h->pid == 0) {
		(void)setenv(WIRE_ENV_FD, fd_text, 1);
		(void)setenv(WIRE_ENV_JOBS, "3", 1);
		exec_with_fd(fd, argv);
	}
	(void)close(fd);
}

void harness_start_good(struct harness *h, const char *jobs_per_runner)
{
	char good[4096], villains[4096];
	const char *modules[] = { module_path("good", good), module_path("villains", villains) };

	harness_start(h, jobs_per_runner, modules, 2);
	harness_wait_loaded(h);
}

static void take_runner(struct harness *h, const struct wire_runner *runner, const int *fds)
{
	ck_assert_uint_lt(h->n_peers, HARNESS_PEERS_MAX);
	struct peer *peer = &h->peers[h->n_peers++];

	*peer = (struct peer){
		.generation = runner->generation,
		.pid = (pid_t)runner->pid,
		.in = BUFFER_INIT(WIRE_FRAME_MAX),
	};
	memcpy(peer->fds, fds, sizeof(peer->fds));
	for (size_t i = 0; i < WIRE_N_RUNNER_FDS; i++)
		ck_assert_int_ge(peer->fds[i], 0);
}

static void take_exited(struct harness *h, const struct wire_exited *exited)
{
	for (size_t i = 0; i < h->n_peers; i++) {
		if (h->peers[i].generation == exited->generation) {
			ck_assert_msg(!h->peers[i].has_exited, "a runner has ended twice");
			h->peers[i].has_exited = true;
			h->peers[i].exited = *exited;
			return;
		}
	}
	ck_abort_msg("an end was told of a runner that was not announced");
}

static void take_handler(struct harness *h, const struct wire_handler *handler)
{
	ck_assert_uint_lt(h->n_handlers, HARNESS_HANDLERS_MAX);
	char *name = h->names[h->n_handlers];

	(void)snprintf(name, sizeof(h->names[0]), "%s", handler->name);
	h->handlers[h->n_handlers] = *handler;
	h->handlers[h->n_handlers++].name = name;
}

static void take(struct harness *h, const struct wire_message *m, const int *fds)
{
	switch ((int)m->type) {
	case WIRE_HELLO:
		ck_assert_uint_eq(m->abi, WIRE_ABI);
		break;
	case WIRE_HANDLER:
		take_handler(h, &m->handler);
		break;
	case WIRE_LOADED:
		h->is_loaded = true;
		break;
	case WIRE_RUNNER:
		take_runner(h, &m->runner, fds);
		break;
	case WIRE_EXITED:
		take_exited(h, &m->exited);
		break;
	case WIRE_FAILED:
		(void)snprintf(h->failed, sizeof(h->failed), "%s", m->text);
		break;
	case WIRE_NOTE:
		(void)snprintf(h->note, sizeof(h->note), "%s", m->text);
		break;
	default:
		ck_abort_msg("a message of type %d from the spawner", (int)m->type);
	}
}

/* One message of the spawner; its end sets is_gone. */
static void pump(struct harness *h, const char *what)
{
	static char data[WIRE_CONTROL_MAX];
	_Alignas(struct cmsghdr) char control[256];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = 256
	};
	int fds[WIRE_N_RUNNER_FDS] = { -1, -1, -1, -1 };
	struct wire_message m;

	wait_readable(h->control_fd, what);
	ssize_t n = recvmsg(h->control_fd, &msg, MSG_CMSG_CLOEXEC);
	if (n <= 0) {
		h->is_gone = true;
		return;
	}
	const struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	if (head) {
		ck_assert_uint_eq(head->cmsg_len, CMSG_LEN(sizeof(fds)));
		memcpy(fds, CMSG_DATA(head), sizeof(fds));
	}
	ck_assert_int_eq(wire_parse(data, (size_t)n, WIRE_CONTROL_MAX, &m), n);
	ck_assert_int_eq(m.type == WIRE_RUNNER, head != NULL);
	take(h, &m, fds);
}

void harness_wait_loaded(struct harness *h)
{
	while (!h->is_loaded && !h->is_gone)
		pump(h, "the handler table");
	ck_assert_msg(h->is_loaded, "not loaded: %s", h->failed);
}

static int wait_for_end(pid_t pid)
{
	int64_t end_ms = clock_monotonic_ms() + HARNESS_DEADLINE_MS;
	const struct timespec patience = { .tv_nsec = 5000000 };
	sigset_t child;
	int status = -1;

	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		ck_assert_msg(clock_monotonic_ms() < end_ms, "the spawner does not end");
		(void)sigtimedwait(&child, NULL, &patience);
	}
	return status;
}

void harness_wait_refused(struct harness *h)
{
	while (!h->is_gone)
		pump(h, "the spawner's refusal");
	int status = wait_for_end(h->pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 4);
	ck_assert_str_ne(h->failed, "");
	ck_assert(!h->is_loaded);
	(void)close(h->control_fd);
	harness_assert_no_children();
}

static void send_control(struct harness *h, struct buffer *out)
{
	ck_assert_int_eq(send(h->control_fd, buffer_begin(out), buffer_size(out), MSG_NOSIGNAL),
			 (ssize_t)buffer_size(out));
	buffer_fini(out);
}

void harness_want(struct harness *h, uint32_t n)
{
	struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);

	ck_assert_int_eq(wire_put_want(&out, n), 0);
	send_control(h, &out);
}

static void send_signal(struct harness *h, enum wire_type type, const struct peer *peer, int signo)
{
	const struct wire_signal signal = { .generation = peer->generation, .signo = signo };
	struct buffer out = BUFFER_INIT(WIRE_CONTROL_MAX);

	ck_assert_int_eq(wire_put_signal(&out, type, &signal), 0);
	send_control(h, &out);
}

void harness_signal(struct harness *h, const struct peer *peer, int signo)
{
	send_signal(h, WIRE_SIGNAL, peer, signo);
}

void harness_kill(struct harness *h, const struct peer *peer)
{
	send_signal(h, WIRE_KILL, peer, 0);
}

struct peer *harness_unready_runner(struct harness *h)
{
	while (h->n_taken == h->n_peers) {
		pump(h, "a runner");
		ck_assert_msg(!h->is_gone, "the spawner is gone");
	}
	return &h->peers[h->n_taken++];
}

struct peer *harness_runner(struct harness *h)
{
	struct peer *peer = harness_unready_runner(h);
	struct wire_message m;

	ck_assert(peer_receive(peer, &m));
	ck_assert_int_eq(m.type, WIRE_READY);
	ck_assert_int_eq(m.error, 0);
	return peer;
}

const struct wire_exited *harness_wait_exited(struct harness *h, struct peer *peer)
{
	while (!peer->has_exited) {
		pump(h, "a runner's end");
		ck_assert_msg(!h->is_gone, "the spawner is gone");
	}
	for (size_t i = 0; i < WIRE_N_RUNNER_FDS; i++)
		(void)close(peer->fds[i]);
	buffer_fini(&peer->in);
	return &peer->exited;
}

void harness_assert_no_children(void)
{
	siginfo_t info = { 0 };

	int r = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
	ck_assert_msg(r < 0 && errno == ECHILD, "something is left: %s, pid %d",
		      info.si_pid ? "dead" : "alive", (int)info.si_pid);
}

void harness_stop(struct harness *h)
{
	(void)close(h->control_fd);
	int status = wait_for_end(h->pid);
	ck_assert_msg(status == 0, "the spawner ended with status %#x", (unsigned int)status);
	harness_assert_no_children();
}
