/* SPDX-License-Identifier: MIT */
/*
 * This worker's estimate of the server's clock, from the time that each exchange returns. It never
 * goes back, and is never below the time of a token received (token / 1024).
 */
#pragma once

#include <stdint.h>

struct server_clock {
	int64_t offset_ms; /* server minus CLOCK_MONOTONIC */
	int64_t last_ms;   /* the latest that was told */
};

void server_clock_learn(struct server_clock *clock, int64_t server_ms, int64_t monotonic_ms);
void server_clock_learn_token(struct server_clock *clock, uint64_t token);
int64_t server_clock_now(struct server_clock *clock, int64_t monotonic_ms);
