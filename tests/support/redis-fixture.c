/* SPDX-License-Identifier: MIT */
/* The private redis-server of a test. */
#include "redis-fixture.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77
#define START_LIMIT_MS 20000
#define LOOK_AGAIN_MS 5

static void die(const char *what, const char *which)
{
	fprintf(stderr, "redis-fixture: %s: %s: %s\n", what, which, strerror(errno));
	exit(99);
}

/* A directory of PATH that has an executable redis-server. */
static bool has_server(void)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		char file[4096];
		size_t n = strcspn(path, ":");

		if (n < sizeof(file) - 16) {
			(void)snprintf(file, sizeof(file), "%.*s/redis-server", (int)n, path);
			if (access(file, X_OK) == 0)
				return true;
		}
		path += n + (path[n] == ':');
	}
	return false;
}

void redis_fixture_require(void)
{
	const char *must = getenv("LQ_TESTS_MUST_RUN");

	if (has_server())
		return;
	fprintf(stderr, "redis-fixture: there is no redis-server in PATH\n");
	exit(must && strcmp(must, "1") == 0 ? EXIT_FAILURE : SKIPPED);
}

static void exec_server(const struct redis_fixture *f, pid_t parent)
{
	const char *argv[16 + REDIS_FIXTURE_ARGS_MAX] = {
		"redis-server", "--port", "0", "--unixsocket", f->socket, "--dir",
		f->dir,         "--save", "",  "--appendonly", "no",      "--logfile",
		"redis.log",
	};
	size_t n = 13;
	sigset_t none;

	for (size_t i = 0; f->extra[i]; i++)
		argv[n++] = f->extra[i];
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* Not among the output that the TAP reader looks at. */
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)dup2(null, STDOUT_FILENO);
	/* execvp() does not write to them; its prototype is older than const. */
	(void)execvp(argv[0], (char *const *)(const void *)argv);
	_exit(127);
}

static int connect_once(const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("cannot make a socket", socket_path);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Whether it answers, and is not loading its files; an error for want of a password will do. */
static bool answers(const char *socket_path)
{
	static const char ping[] = "PING\r\n";
	char answer[64] = "";
	int fd = connect_once(socket_path);

	if (fd < 0)
		return false;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	bool ok = send(fd, ping, sizeof(ping) - 1, MSG_NOSIGNAL) > 0 && poll(&pfd, 1, 1000) == 1 &&
		  read(fd, answer, sizeof(answer) - 1) > 0 && strncmp(answer, "-LOADING", 8) != 0;
	close(fd);
	return ok;
}

static void launch(struct redis_fixture *f)
{
	int64_t limit_ms = clock_monotonic_ms() + START_LIMIT_MS;
	pid_t parent = getpid();

	f->pid = fork();
	if (f->pid < 0)
		die("cannot fork", f->dir);
	if (f->pid == 0)
		exec_server(f, parent);
	while (!answers(f->socket)) {
		if (waitpid(f->pid, NULL, WNOHANG) != 0) {
			f->pid = 0;
			die("redis-server ended at once, see redis.log", f->dir);
		}
		if (clock_monotonic_ms() > limit_ms)
			die("redis-server does not answer", f->dir);
		(void)poll(NULL, 0, LOOK_AGAIN_MS);
	}
}

void redis_fixture_start(struct redis_fixture *f, const char *const *extra)
{
	const char *tmp = getenv("TMPDIR");

	*f = (struct redis_fixture){ 0 };
	for (size_t i = 0; extra && extra[i]; i++) {
		if (i == REDIS_FIXTURE_ARGS_MAX - 1) {
			errno = E2BIG;
			die("too many arguments", extra[i]);
		}
		f->extra[i] = extra[i];
	}
	/* A socket's path must be short; a long TMPDIR is no help. */
	(void)snprintf(f->dir, sizeof(f->dir), "%s/lq-redis-XXXXXX",
		       tmp && strlen(tmp) < 60 ? tmp : "/tmp");
	if (!mkdtemp(f->dir))
		die("cannot make a directory", f->dir);
	(void)snprintf(f->socket, sizeof(f->socket), "%s/redis.sock", f->dir);
	(void)snprintf(f->url, sizeof(f->url), "unix://%s", f->socket);
	launch(f);
}

void redis_fixture_kill(struct redis_fixture *f)
{
	if (f->pid == 0)
		return;
	(void)kill(f->pid, SIGKILL);
	(void)waitpid(f->pid, NULL, 0);
	f->pid = 0;
}

void redis_fixture_restart(struct redis_fixture *f)
{
	redis_fixture_kill(f);
	launch(f);
}

void redis_fixture_pause(struct redis_fixture *f)
{
	(void)kill(f->pid, SIGSTOP);
}

void redis_fixture_continue(struct redis_fixture *f)
{
	(void)kill(f->pid, SIGCONT);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	(void)remove(path);
	return 0;
}

void redis_fixture_stop(struct redis_fixture *f)
{
	redis_fixture_kill(f);
	if (f->dir[0])
		(void)nftw(f->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
