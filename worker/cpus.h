/* SPDX-License-Identifier: MIT */
/* How many processors this process may use. */
#pragma once

#include <stdint.h>

/* Affinity and the quotas of its cgroups (v2), rounded up; at least 1. */
int cpus_usable(void);

/* The lesser of n and a "cpu.max" text ("150000 100000": 2), rounded up. */
int cpus_limit(int n, const char *cpu_max);
