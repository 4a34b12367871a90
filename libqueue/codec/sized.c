/* SPDX-License-Identifier: MIT */
/* Structs that begin with their own size. */
#include "sized.h"

#include <errno.h>
#include <string.h>

#include "macro.h"

int lq__sized_copy(void *to, size_t known_size, const void *from)
{
	const unsigned char *bytes = from;
	size_t size;

	memcpy(&size, from, sizeof(size));
	if (size < sizeof(size) || size > LQ__SIZED_MAX)
		return -EINVAL;
	for (size_t i = known_size; i < size; i++)
		if (bytes[i] != 0)
			return -ENOTSUP;
	memcpy((unsigned char *)to + sizeof(size), bytes + sizeof(size),
	       MIN(size, known_size) - sizeof(size));
	return 0;
}
