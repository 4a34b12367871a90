/* SPDX-License-Identifier: MIT */
#include "server-clock.h"

#include "macro.h"

#define TOKENS_PER_MS 1024

void server_clock_learn(struct server_clock *clock, int64_t server_ms, int64_t monotonic_ms)
{
	clock->offset_ms = server_ms - monotonic_ms;
}

void server_clock_learn_token(struct server_clock *clock, uint64_t token)
{
	clock->last_ms = MAX(clock->last_ms, (int64_t)(token / TOKENS_PER_MS));
}

int64_t server_clock_now(struct server_clock *clock, int64_t monotonic_ms)
{
	clock->last_ms = MAX(clock->last_ms, clock->offset_ms + monotonic_ms);
	return clock->last_ms;
}
