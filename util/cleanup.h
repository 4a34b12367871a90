/* SPDX-License-Identifier: MIT */
/* _cleanup_(f): f(&variable) when it goes out of scope. TAKE(p): hands the pointer over. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

#define TAKE(p)                           \
	__extension__({                   \
		__typeof__(p) *p_ = &(p); \
		__typeof__(p) v_ = *p_;   \
		*p_ = NULL;               \
		v_;                       \
	})

#define TAKE_FD(fd)          \
	__extension__({      \
		int v_ = fd; \
		fd = -1;     \
		v_;          \
	})

/* Defines a cleanup function for a pointer: void name(type **p). */
#define DEFINE_CLEANUP(type, name, free_fn) \
	static inline void name(type *p)    \
	{                                   \
		if (*p)                     \
			free_fn(*p);        \
	}

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}
