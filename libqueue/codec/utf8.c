/* SPDX-License-Identifier: MIT */
/* UTF-8: one function knows the form of a character, the others walk with it. */
#include "utf8.h"

#include <errno.h>
#include <stdint.h>

#include "buffer.h"

#define REPLACEMENT "\xef\xbf\xbd"

static bool is_trail(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Bytes of the character at p; 0: it is none. The second byte's range rules out overlong forms,
 * surrogates and what is above U+10FFFF. */
static size_t character_size(const uint8_t *p, size_t left)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t size;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	size = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (left < size || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++)
		if (!is_trail(p[i]))
			return 0;
	return size;
}

bool lq__utf8_is_valid(const void *text, size_t size)
{
	const uint8_t *p = text;

	for (size_t at = 0, n; at < size; at += n) {
		n = character_size(p + at, size - at);
		if (n == 0)
			return false;
	}
	return true;
}

int lq__utf8_append_clean(struct buffer *to, const void *text, size_t size)
{
	const uint8_t *p = text;
	size_t start = 0, at = 0;

	while (at < size) {
		size_t n = p[at] == 0 ? 0 : character_size(p + at, size - at);

		if (n > 0) {
			at += n;
			continue;
		}
		int r = buffer_append(to, p + start, at - start);
		if (r < 0)
			return r;
		r = buffer_append(to, REPLACEMENT, sizeof(REPLACEMENT) - 1);
		if (r < 0)
			return r;
		start = ++at;
	}
	return buffer_append(to, p + start, at - start);
}

char *lq__utf8_dup_clean(const void *text, size_t size)
{
	struct buffer clean = BUFFER_INIT(SIZE_MAX);

	if (lq__utf8_append_clean(&clean, text, size) < 0 || buffer_append(&clean, "", 1) < 0) {
		buffer_fini(&clean);
		return NULL;
	}
	return (char *)buffer_take(&clean, &size);
}

size_t lq__utf8_cut_end(const void *text, size_t size, size_t max)
{
	const uint8_t *p = text;

	if (size <= max)
		return size;
	while (max > 0 && is_trail(p[max]))
		max--;
	return max;
}

size_t lq__utf8_cut_start(const void *text, size_t size, size_t from)
{
	const uint8_t *p = text;

	while (from < size && is_trail(p[from]))
		from++;
	return from;
}
