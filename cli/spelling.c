/* SPDX-License-Identifier: MIT */
/* How names and ids are spelled. */
#include "spelling.h"

#include <libqueue/limits.h>
#include <string.h>

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

static bool is_made_of(const char *text, const char *allowed, size_t max)
{
	size_t size = strlen(text);

	return size > 0 && size <= max && text[0] != '-' && strspn(text, allowed) == size;
}

bool word_is_queue(const char *text)
{
	return is_made_of(text, PLAIN, LQ_NAME_MAX);
}

bool word_is_handler(const char *text)
{
	return is_made_of(text, PLAIN ":", LQ_NAME_MAX);
}

bool word_is_id(const char *text)
{
	return is_made_of(text, PLAIN, LQ_ID_MAX);
}

const char *word_shown(const char *text)
{
	return strstr(text, "://") ? "(a URL)" : text;
}
