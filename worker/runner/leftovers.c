/* SPDX-License-Identifier: MIT */
/* Children of a finished job: none is the rule, and costs one system call to know. */
#include "leftovers.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "children.h"
#include "sweep.h"

static struct pid_list helpers; /* made by runner_init, sorted */

struct collection {
	int error;
};

static void add_helper(pid_t pid, void *userdata)
{
	struct collection *collection = userdata;
	int r = pid_list_add(&helpers, pid);

	if (r < 0)
		collection->error = r;
}

int leftovers_begin(void)
{
	pid_t self = getpid();
	const struct pid_list parents = { .pids = &self, .n = 1 };
	struct collection collection = { 0 };

	if (sweep_has_nothing())
		return 0;
	int r = children_each(&parents, add_helper, &collection);
	pid_list_sort(&helpers);
	return r < 0 ? r : collection.error;
}

static bool is_helper(pid_t pid, void *userdata)
{
	(void)userdata;
	return pid_list_has(&helpers, pid);
}

void leftovers_kill(const char *job_id)
{
	if (sweep_has_nothing())
		return;

	uint32_t n = sweep(is_helper, NULL, NULL);
	if (n > 0)
		(void)dprintf(STDERR_FILENO, "libqueue: job %s left %u processes behind: killed\n",
			      job_id, n);
}
