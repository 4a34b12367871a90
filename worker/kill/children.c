/* SPDX-License-Identifier: MIT */
/* Children by the kernel's own list where there is one (CONFIG_PROC_CHILDREN), else by PPid. */
#include "children.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

DEFINE_CLEANUP(DIR *, cleanup_closedir, closedir)

int pid_list_add(struct pid_list *list, pid_t pid)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 64;
		pid_t *pids = reallocarray(list->pids, capacity, sizeof(*pids));

		if (!pids)
			return -ENOMEM;
		list->pids = pids;
		list->capacity = capacity;
	}
	list->pids[list->n++] = pid;
	return 0;
}

void pid_list_fini(struct pid_list *list)
{
	free(list->pids);
	*list = (struct pid_list){ .n = 0 };
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return (left > right) - (left < right);
}

void pid_list_sort(struct pid_list *list)
{
	if (list->n > 1)
		qsort(list->pids, list->n, sizeof(*list->pids), compare_pids);
}

bool pid_list_has(const struct pid_list *sorted, pid_t pid)
{
	return sorted->n > 0 &&
	       bsearch(&pid, sorted->pids, sorted->n, sizeof(pid), compare_pids) != NULL;
}

/* What is left of a small file in /proc, terminated; "" when there is none. */
static void read_small(const char *path, char *ret_text, size_t size)
{
	_cleanup_(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, ret_text, size - 1);

	ret_text[n > 0 ? n : 0] = '\0';
}

/* Field 4 of stat; field 2 may hold spaces and parentheses, so the last ')' counts. 0: gone. */
static pid_t parent_of(pid_t pid)
{
	char path[32], text[512], state;
	int parent;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	read_small(path, text, sizeof(text));

	const char *end = strrchr(text, ')');
	if (!end || sscanf(end + 1, " %c %d", &state, &parent) != 2)
		return 0;
	return parent;
}

static pid_t pid_of_name(const char *name)
{
	long pid = 0;

	for (; *name >= '0' && *name <= '9' && pid < 1000000000; name++)
		pid = 10 * pid + (*name - '0');
	return *name == '\0' ? (pid_t)pid : 0;
}

static int list_numbers(const char *path, struct pid_list *ret)
{
	_cleanup_(cleanup_closedir) DIR *dir = opendir(path);
	int r = 0;

	if (!dir)
		return -errno;
	for (const struct dirent *d; r == 0 && (d = readdir(dir)) != NULL;) {
		pid_t pid = pid_of_name(d->d_name);

		if (pid > 0)
			r = pid_list_add(ret, pid);
	}
	return r;
}

/* Of the pids given out last, here: where the newest process stands in a list of all. */
static pid_t newest_pid(void)
{
	char text[128];
	int pid = 0;

	read_small("/proc/loadavg", text, sizeof(text));

	const char *last = strrchr(text, ' ');
	if (last && sscanf(last, "%d", &pid) != 1)
		pid = 0;
	return pid;
}

static void visit(const struct pid_list *parents, pid_t pid, child_fn fn, void *userdata)
{
	if (pid_list_has(parents, parent_of(pid)))
		fn(pid, userdata);
}

static int each_by_scan(const struct pid_list *parents, child_fn fn, void *userdata)
{
	_cleanup_(pid_list_fini) struct pid_list all = { .n = 0 };
	pid_t newest = newest_pid();
	size_t split = 0;

	int r = list_numbers("/proc", &all);
	if (r < 0)
		return r;
	pid_list_sort(&all);
	while (split < all.n && all.pids[split] <= newest)
		split++;
	for (size_t i = split; i-- > 0;)
		visit(parents, all.pids[i], fn, userdata);
	for (size_t i = all.n; i-- > split;)
		visit(parents, all.pids[i], fn, userdata);
	return 0;
}

static int each_of_task(pid_t pid, pid_t tid, child_fn fn, void *userdata)
{
	_cleanup_(cleanup_fclose) FILE *file = NULL;
	char path[64];
	int child;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)tid);
	file = fopen(path, "re");
	if (!file)
		return 0; /* gone, and its children with it to somebody else */
	while (fscanf(file, "%d", &child) == 1)
		fn(child, userdata);
	return 0;
}

static int each_by_list(const struct pid_list *parents, child_fn fn, void *userdata)
{
	for (size_t i = 0; i < parents->n; i++) {
		_cleanup_(pid_list_fini) struct pid_list tasks = { .n = 0 };
		char path[32];

		(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)parents->pids[i]);
		int r = list_numbers(path, &tasks);
		for (size_t t = 0; r == 0 && t < tasks.n; t++)
			r = each_of_task(parents->pids[i], tasks.pids[t], fn, userdata);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

int children_each(const struct pid_list *parents, child_fn fn, void *userdata)
{
	if (children_are_listed())
		return each_by_list(parents, fn, userdata);
	return each_by_scan(parents, fn, userdata);
}
