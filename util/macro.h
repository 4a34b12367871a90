/* SPDX-License-Identifier: MIT */
/* Small macros with no home of their own. */
#pragma once

#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define container_of(p, type, member) \
	__extension__({ (type *)(void *)((char *)(p)-offsetof(type, member)); })
