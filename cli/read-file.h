/* SPDX-License-Identifier: MIT */
/* A whole file, up to a limit; "-" is stdin. */
#pragma once

#include <stddef.h>

/* 0: *ret_data is yours (free()). A negative errno; -EMSGSIZE: more than max bytes. */
int read_file(const char *path, size_t max, char **ret_data, size_t *ret_size);
