/* SPDX-License-Identifier: MIT */
#include "cpus.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "macro.h"

#define CGROUP_ROOT "/sys/fs/cgroup"

int cpus_limit(int n, const char *cpu_max)
{
	int64_t quota, period;

	/* "max 100000" is no limit and does not scan. */
	if (sscanf(cpu_max, "%" SCNd64 " %" SCNd64, &quota, &period) != 2 || quota <= 0 ||
	    period <= 0)
		return n;
	return (int)MAX(1, MIN((int64_t)n, (quota + period - 1) / period));
}

static int limit_by_group(int n, const char *group)
{
	char path[512], text[64];
	_cleanup_(cleanup_fclose) FILE *file = NULL;

	if (snprintf(path, sizeof(path), CGROUP_ROOT "%s/cpu.max", group) >= (int)sizeof(path))
		return n;
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		return n;
	return cpus_limit(n, text);
}

/* "0::/system.slice/lq.service": the quota of each group above counts as well. */
static int limit_by_groups(int n)
{
	_cleanup_(cleanup_fclose) FILE *file = fopen("/proc/self/cgroup", "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "0::/", 4) != 0)
			continue;
		char *group = line + 3;
		group[strcspn(group, "\n")] = '\0';
		while (group[0] != '\0') {
			n = limit_by_group(n, group);
			*strrchr(group, '/') = '\0';
		}
	}
	/* In a container its own group may be mounted as the root. */
	return limit_by_group(n, "");
}

int cpus_usable(void)
{
	cpu_set_t set;
	int n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	return limit_by_groups(MAX(n, 1));
}
