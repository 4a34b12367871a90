/* SPDX-License-Identifier: MIT */
/*
 * How long to wait before the next attempt: base, doubled for each failure, at most
 * max, then a quarter more or less so that jobs which failed together do not come
 * back together. Never above max, never below 1 ms.
 */
#include "worker-protocol.h"

#include "macro.h"

static int64_t doubled(int64_t base_ms, int64_t max_ms, unsigned int n_failures)
{
	int64_t ms = MIN(base_ms, max_ms);

	for (unsigned int i = 1; i < n_failures && ms < max_ms; i++)
		ms = ms > max_ms / 2 ? max_ms : ms * 2;
	return ms;
}

int64_t lq_backoff_ms(int64_t base_ms, int64_t max_ms, unsigned int n_failures, uint32_t random)
{
	if (max_ms < 0 || max_ms > LQ_DURATION_MAX_MS)
		max_ms = LQ_DURATION_MAX_MS;
	if (max_ms == 0)
		max_ms = 1;
	if (base_ms < 1)
		base_ms = 1;
	if (base_ms >= max_ms)
		return max_ms; /* a fixed delay was asked for */

	int64_t ms = doubled(base_ms, max_ms, n_failures);
	double quarters = (double)random / ((double)UINT32_MAX / 2) - 1; /* -1 to 1 */
	int64_t jitter = (int64_t)((double)ms / 4 * quarters);

	return MAX(1, MIN(ms + jitter, max_ms));
}
