/* SPDX-License-Identifier: MIT */
#include "backoff.h"

#include <sys/random.h>

#include "macro.h"

uint32_t backoff_random(void)
{
	uint32_t random = 0;

	/* Without randomness there is no jitter, which is bearable. */
	(void)getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return random;
}

int64_t backoff_next(int64_t last_ms, int64_t min_ms, int64_t max_ms)
{
	return last_ms <= 0 ? min_ms : MIN(last_ms * 2, max_ms);
}

int64_t backoff_jitter(int64_t delay_ms)
{
	return delay_ms - (int64_t)((uint64_t)backoff_random() % (uint64_t)(delay_ms / 4 + 1));
}
