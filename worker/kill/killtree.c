/* SPDX-License-Identifier: MIT */
/* The tree walk, level by level, so that a chain of any depth needs no stack. */
#include "killtree.h"

#include <errno.h>
#include <signal.h>

#include "cleanup.h"

struct level {
	struct pid_list *all;
	int error;
};

static void stop_and_add(pid_t pid, void *userdata)
{
	struct level *level = userdata;

	(void)kill(pid, SIGSTOP);
	int r = pid_list_add(level->all, pid);
	if (r < 0)
		level->error = r;
}

static int copy_from(const struct pid_list *all, size_t begin, struct pid_list *ret)
{
	int r = 0;

	ret->n = 0;
	for (size_t i = begin; r == 0 && i < all->n; i++)
		r = pid_list_add(ret, all->pids[i]);
	pid_list_sort(ret);
	return r;
}

int killtree(struct pid_list *roots)
{
	_cleanup_(pid_list_fini) struct pid_list parents = { .n = 0 };
	struct level level = { .all = roots };
	size_t begin = 0;
	int r = 0;

	for (size_t i = 0; i < roots->n; i++)
		(void)kill(roots->pids[i], SIGSTOP);
	while (r == 0 && level.error == 0 && begin < roots->n) {
		r = copy_from(roots, begin, &parents);
		begin = roots->n;
		if (r == 0)
			r = children_each(&parents, stop_and_add, &level);
	}
	for (size_t i = roots->n; i-- > 0;)
		(void)kill(roots->pids[i], SIGKILL);
	return r < 0 ? r : level.error;
}
