/* SPDX-License-Identifier: MIT */
/* A runner as the manager sees it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "hash.h"
#include "loop.h"
#include "output.h"
#include "runner-link.h"
#include "runner-state.h"
#include "verdict.h"
#include "wire.h"

struct job;
struct pool;

struct runner {
	struct pool *pool;
	uint64_t generation; /* the key */
	pid_t pid;
	int pidfd; /* signals through it never reach another process of that number */
	enum runner_state state;
	enum cause cause; /* the ledger, written before a signal is sent */
	bool is_told;     /* SIGTERM was sent: the deadline is the grace's end */
	bool was_killed;  /* SIGKILL was sent */
	const char *violation;
	struct runner_link link;
	struct output out, err;
	struct loop_timer deadline; /* the time limit, then the grace, then the last resort */
	int64_t grace_ms;
	struct job *job; /* NULL: none */
	uint32_t seq;
	int64_t n_jobs;
	UT_hash_handle hh;
	TAILQ_ENTRY(runner) idle;
};

/* What is known of it at its end. */
struct runner_exit {
	bool spawner_died;
	const struct wire_exited *exited; /* NULL: not known */
};
