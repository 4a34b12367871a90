/* SPDX-License-Identifier: MIT */
/* Waiting longer after each failure in a row, and not all at the same time. */
#pragma once

#include <stdint.h>

/* The delay after the last one (0: none yet): doubling from min to max. */
int64_t backoff_next(int64_t last_ms, int64_t min_ms, int64_t max_ms);
/* Between three quarters of it and all of it. */
int64_t backoff_jitter(int64_t delay_ms);
/* For jitters of other kinds. */
uint32_t backoff_random(void);
