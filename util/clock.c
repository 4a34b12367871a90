/* SPDX-License-Identifier: MIT */
/* The two clocks, in milliseconds. */
#include "clock.h"

#include <time.h>

static int64_t now_us(clockid_t clock)
{
	struct timespec ts;

	/* Neither clock can fail on Linux. */
	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void)
{
	return now_us(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ms(void)
{
	return now_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_realtime_ms(void)
{
	return now_us(CLOCK_REALTIME) / 1000;
}
