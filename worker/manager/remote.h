/* SPDX-License-Identifier: MIT */
/* Messages to this worker: "stop ID TOKEN", "warm", "cold", "nop". What is not known is ignored. */
#pragma once

#include <stddef.h>

struct manager;

void remote_obey(struct manager *m, size_t queue, const char *message);
