/* SPDX-License-Identifier: MIT */
/* Threads and sockets, counted in /proc/self. */
#include "forkable.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

DEFINE_CLEANUP(DIR *, cleanup_closedir, closedir)

static bool is_any(int dir_fd, const char *name)
{
	(void)dir_fd;
	return name[0] != '.';
}

static bool is_socket(int dir_fd, const char *name)
{
	char target[32];
	ssize_t n = readlinkat(dir_fd, name, target, sizeof(target));

	return n > 7 && memcmp(target, "socket:", 7) == 0;
}

static int count(const char *path, bool (*counts)(int dir_fd, const char *name), size_t *ret_n)
{
	_cleanup_(cleanup_closedir) DIR *dir = opendir(path);
	size_t n = 0;

	if (!dir)
		return -errno;
	for (const struct dirent *d; (d = readdir(dir)) != NULL;)
		n += counts(dirfd(dir), d->d_name);
	*ret_n = n;
	return 0;
}

int forkable_look(struct forkable *ret_before)
{
	return count("/proc/self/fd", is_socket, &ret_before->n_sockets);
}

int forkable_check(const struct forkable *before, char *words, size_t size)
{
	size_t n_threads = 0, n_sockets = 0;

	if (count("/proc/self/task", is_any, &n_threads) < 0 ||
	    count("/proc/self/fd", is_socket, &n_sockets) < 0) {
		(void)snprintf(words, size, "cannot be checked: /proc cannot be read; mount it");
		return -EINVAL;
	}
	if (n_threads > 1) {
		(void)snprintf(words, size,
			       "its init left %zu threads behind, which no runner would have; "
			       "start them in runner_init",
			       n_threads - 1);
		return -EINVAL;
	}
	if (n_sockets > before->n_sockets) {
		(void)snprintf(words, size,
			       "its init left %zu sockets behind, which all runners would share; "
			       "open them in runner_init",
			       n_sockets - before->n_sockets);
		return -EINVAL;
	}
	return 0;
}
