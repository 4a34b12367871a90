/* SPDX-License-Identifier: MIT */
/* What the spawner's parts share. One thread, one loop. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runners.h"
#include "table.h"

struct spawner {
	int control_fd, signal_fd;
	pid_t pid;
	unsigned int jobs_per_runner;
	struct lq__handlers handlers;
	struct runners runners;
	uint32_t n_wanted;
	uint64_t last_generation;
	volatile uint32_t *proofs; /* PROOF_SLOTS of them, shared with the runners */
	uint32_t n_strays;         /* killed, reaped, and not yet told with any runner's end */
	int64_t fork_at_ms;  /* CLOCK_MONOTONIC; not before: the last fork failed. 0: at once */
	int64_t sweep_at_ms; /* a sweep that looks after those who say all is well; 0: none due */
};

/*
 * Where a runner writes its generation when it ends in order and without children. Two that
 * share a slot can only lose the proof, never have a false one.
 */
#define PROOF_SLOTS 1024u

static inline volatile uint32_t *spawner_proof(const struct spawner *s, uint64_t generation)
{
	return &s->proofs[generation % PROOF_SLOTS];
}
