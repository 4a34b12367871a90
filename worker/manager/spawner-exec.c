/* SPDX-License-Identifier: MIT */
#include "spawner-exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "descriptors.h"
#include "macro.h"
#include "wire.h"

#define PROGRAM "lq-spawner"
#define CHILD_CONTROL_FD 3
/* Huge pages for its heap: what modules load costs each fork a page table entry per page. */
#define TUNABLES "GLIBC_TUNABLES"
#define TUNABLE "glibc.malloc.hugetlb=1"

/* Beside this program in the build tree, where it is installed relative to it, then as built. */
static int find_program(char path[PATH_MAX])
{
	static const char *const places[] = { "/spawner/" PROGRAM,
					      "/../libexec/libqueue/" PROGRAM };
	char dir[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);

	if (n > 0) {
		dir[n] = '\0';
		*strrchr(dir, '/') = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			if (snprintf(path, PATH_MAX, "%s%s", dir, places[i]) < PATH_MAX &&
			    access(path, X_OK) == 0)
				return 0;
		}
	}
	(void)snprintf(path, PATH_MAX, "%s", LQ_LIBEXECDIR "/" PROGRAM);
	return access(path, X_OK) == 0 ? 0 : -errno;
}

static void strings_free(char ***strings)
{
	for (size_t i = 0; *strings && (*strings)[i]; i++)
		free((*strings)[i]);
	free(*strings);
}

static bool is_replaced(const char *entry)
{
	static const char *const names[] = { TUNABLES "=", WIRE_ENV_FD "=", WIRE_ENV_JOBS "=",
					     "LQ_URL=" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

__attribute__((format(printf, 3, 4))) static int add(char **strings, size_t *n, const char *format,
						     ...)
{
	va_list args;

	va_start(args, format);
	int r = vasprintf(&strings[*n], format, args);
	va_end(args);
	if (r < 0) {
		strings[*n] = NULL;
		return -ENOMEM;
	}
	++*n;
	return 0;
}

/* This process's environment without what it may not see, and with what it is told. */
static int make_environment(const struct spawner_command *command, char ***ret_strings)
{
	const char *tunables = getenv(TUNABLES);
	size_t n = 0, n_old = 0;
	int r = 0;

	while (environ[n_old])
		n_old++;
	_cleanup_(strings_free) char **strings = calloc(n_old + 4, sizeof(*strings));
	if (!strings)
		return -ENOMEM;
	for (size_t i = 0; i < n_old && r >= 0; i++) {
		if (!is_replaced(environ[i]))
			r = add(strings, &n, "%s", environ[i]);
	}
	if (r >= 0)
		r = tunables ? add(strings, &n, TUNABLES "=%s:" TUNABLE, tunables)
			     : add(strings, &n, TUNABLES "=" TUNABLE);
	if (r >= 0)
		r = add(strings, &n, WIRE_ENV_FD "=%d", CHILD_CONTROL_FD);
	if (r >= 0)
		r = add(strings, &n, WIRE_ENV_JOBS "=%d", command->jobs_per_runner);
	if (r >= 0)
		*ret_strings = TAKE(strings);
	return r;
}

/* A program of one's own has its table and is told by the environment alone. */
static int make_arguments(const struct spawner_command *command, const char *path,
			  char ***ret_strings)
{
	_cleanup_(strings_free) char **strings =
		calloc(command->n_modules * 2 + 6, sizeof(*strings));
	size_t n = 0;

	if (!strings)
		return -ENOMEM;
	int r = add(strings, &n, "%s", path);
	if (r >= 0 && !command->program)
		r = add(strings, &n, "--fd=%d", CHILD_CONTROL_FD);
	if (r >= 0 && !command->program)
		r = add(strings, &n, "--jobs-per-runner=%d", command->jobs_per_runner);
	for (size_t i = 0; i < command->n_modules && r >= 0; i++)
		r = add(strings, &n, "--module=%s", command->modules[i]);
	if (r >= 0)
		*ret_strings = TAKE(strings);
	return r;
}

/* A group of its own, so that Ctrl-C is told to the manager alone; all signals as at birth. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	int r = posix_spawnattr_setflags(
		attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	r = r ? r : posix_spawnattr_setsigmask(attributes, &none);
	return r ? r : posix_spawnattr_setsigdefault(attributes, &all);
}

static int set_descriptors(posix_spawn_file_actions_t *actions, int control)
{
	int r = posix_spawn_file_actions_adddup2(actions, control, CHILD_CONTROL_FD);

	r = r ? r
	      : posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	return r ? r : posix_spawn_file_actions_addclosefrom_np(actions, CHILD_CONTROL_FD + 1);
}

int spawner_exec(const struct spawner_command *command, int control, pid_t *ret_pid)
{
	_cleanup_(strings_free) char **arguments = NULL;
	_cleanup_(strings_free) char **environment = NULL;
	char found[PATH_MAX];
	const char *path = command->program;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r = 0;

	if (!path) {
		r = find_program(found);
		path = found;
	}
	if (r >= 0)
		r = make_arguments(command, path, &arguments);
	if (r >= 0)
		r = make_environment(command, &environment);
	if (r < 0)
		return r;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawnattr_init(&attributes);
	r = set_attributes(&attributes);
	r = r ? r : set_descriptors(&actions, control);
	descriptors_lend();
	r = r ? r : posix_spawn(ret_pid, path, &actions, &attributes, arguments, environment);
	descriptors_take_back();
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return -r;
}
