/* SPDX-License-Identifier: MIT */
/* Names: letters, digits and a few marks, so that they need no quoting anywhere. */
#include "names.h"

#include <stddef.h>
#include <string.h>

#include <libqueue/limits.h>

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* strnlen first: a name from outside may be endless. */
static bool is_made_of(const char *name, const char *allowed, size_t max)
{
	size_t size = name ? strnlen(name, max + 1) : 0;

	return size > 0 && size <= max && strspn(name, allowed) == size;
}

bool lq__is_queue_name(const char *name)
{
	return is_made_of(name, ALNUM "_.-", LQ_NAME_MAX) && name[0] != '-';
}

bool lq__is_handler_name(const char *name)
{
	return is_made_of(name, ALNUM "_.:-", LQ_NAME_MAX) && name[0] != '-';
}

bool lq__is_job_id(const char *id)
{
	return is_made_of(id, ALNUM "_.-", LQ_ID_MAX) && id[0] != '-';
}

bool lq__is_worker_name(const char *name)
{
	return is_made_of(name, ALNUM "_-", LQ_WORKER_NAME_MAX);
}
