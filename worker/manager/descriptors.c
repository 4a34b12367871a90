/* SPDX-License-Identifier: MIT */
#include "descriptors.h"

#include <errno.h>
#include <sys/resource.h>

#include "macro.h"
#include "wire.h"

#define OWN 32 /* of the manager itself, those of a spawner that is being replaced included */

static struct rlimit first, raised;

int descriptors_reserve(size_t n_runners, size_t *ret_needed, size_t *ret_limit)
{
	rlim_t needed = (rlim_t)n_runners * WIRE_N_RUNNER_FDS + OWN;

	if (getrlimit(RLIMIT_NOFILE, &first) < 0)
		return -errno;
	raised = first;
	if (needed > first.rlim_max) {
		*ret_needed = needed;
		*ret_limit = first.rlim_max;
		return -EMFILE;
	}
	raised.rlim_cur = MAX(first.rlim_cur, needed);
	descriptors_take_back();
	return 0;
}

void descriptors_lend(void)
{
	(void)setrlimit(RLIMIT_NOFILE, &first);
}

void descriptors_take_back(void)
{
	(void)setrlimit(RLIMIT_NOFILE, &raised);
}
