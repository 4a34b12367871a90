/* SPDX-License-Identifier: MIT */
/*
 * Open files: a runner costs this process four. Its limit is raised as far as that needs; what it
 * starts keeps the limit that it was itself started with, since select() breaks above 1,023.
 */
#pragma once

#include <stddef.h>

/* 0, or -EMFILE with *ret_needed and *ret_limit set: the hard limit does not allow so many. */
int descriptors_reserve(size_t n_runners, size_t *ret_needed, size_t *ret_limit);
/* Around the start of a program. */
void descriptors_lend(void);
void descriptors_take_back(void);
