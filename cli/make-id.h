/* SPDX-License-Identifier: MIT */
/* A job's id made here, where it must be known before the library is called. */
#pragma once

#include <libqueue/limits.h>

/* A random UUID. 0, or a negative errno (and errno). */
int make_id(char ret_id[static LQ_ID_SIZE]);
