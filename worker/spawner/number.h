/* SPDX-License-Identifier: MIT */
/* A decimal number from one program of ours to another: digits and nothing else. */
#pragma once

#include <errno.h>

/* 0, or -EINVAL. */
static inline int number_parse(const char *text, unsigned int max, unsigned int *ret)
{
	unsigned long long n = 0;

	if (*text == '\0')
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		n = 10 * n + (unsigned int)(*text - '0');
		if (n > max)
			return -EINVAL;
	}
	*ret = (unsigned int)n;
	return 0;
}
