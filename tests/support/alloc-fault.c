/* SPDX-License-Identifier: MIT */
/* The linker (--wrap) sends every allocation of our objects here. */
#include "alloc-fault.h"

#include <errno.h>
#include <stdlib.h>

static _Thread_local struct {
	bool is_armed, was_hit;
	size_t left;
} fault;

void alloc_fault_after(size_t n)
{
	fault.is_armed = true;
	fault.was_hit = false;
	fault.left = n;
}

bool alloc_fault_end(void)
{
	fault.is_armed = false;
	return fault.was_hit;
}

static bool fails(void)
{
	if (!fault.is_armed || fault.left-- > 0)
		return false;
	fault.is_armed = false;
	fault.was_hit = true;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t n)
{
	return fails() ? NULL : __real_strndup(text, n);
}
