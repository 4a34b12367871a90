/* SPDX-License-Identifier: MIT */
/* Structs that begin with their own size, as a size_t: from callers older and newer than this
 * library. */
#pragma once

#include <stddef.h>

#define LQ__SIZED_MAX 4096 /* no version's is larger: a size above it was never set */

/*
 * Copies what this version knows of from over to, the size field excepted; what an older
 * caller's lacks stays as it is in to. 0; -EINVAL: that is no size; -ENOTSUP: a newer caller's
 * holds something that this version does not know.
 */
int lq__sized_copy(void *to, size_t known_size, const void *from);
