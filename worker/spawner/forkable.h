/* SPDX-License-Identifier: MIT */
/* Whether this process may be forked: one thread, and no sockets that a module brought. */
#pragma once

#include <stddef.h>

struct forkable {
	size_t n_sockets;
};

/* 0, or a negative errno. */
int forkable_look(struct forkable *ret_before);
/* 0, or -EINVAL with words on what was left behind since. */
int forkable_check(const struct forkable *before, char *words, size_t size);
