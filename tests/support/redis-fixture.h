/* SPDX-License-Identifier: MIT */
/*
 * A private redis-server on a Unix socket in a directory of its own.
 *
 * A test program calls redis_fixture_require() first thing in main(): without a
 * redis-server it exits with 77 (skipped), or fails where LQ_TESTS_MUST_RUN=1. The other
 * functions end the process with words when they cannot do their part. The server dies with the
 * process that started it, whatever becomes of that.
 */
#pragma once

#include <sys/types.h>

#define REDIS_FIXTURE_PATH_SIZE 80
#define REDIS_FIXTURE_ARGS_MAX 32

struct redis_fixture {
	char dir[REDIS_FIXTURE_PATH_SIZE];
	char socket[REDIS_FIXTURE_PATH_SIZE + 12];
	char url[REDIS_FIXTURE_PATH_SIZE + 32]; /* "unix:///.../redis.sock" */
	const char *extra[REDIS_FIXTURE_ARGS_MAX];
	pid_t pid; /* 0: not running */
};

void redis_fixture_require(void);

/* extra: more arguments, NULL-terminated and living as long as the fixture ("--requirepass", "x",
 * NULL), or NULL. Returns when the server answers. */
void redis_fixture_start(struct redis_fixture *fixture, const char *const *extra);

void redis_fixture_kill(struct redis_fixture *fixture);    /* SIGKILL; the directory stays */
void redis_fixture_restart(struct redis_fixture *fixture); /* kill, and start on the same files */
void redis_fixture_pause(struct redis_fixture *fixture);   /* SIGSTOP: it accepts, never answers */
void redis_fixture_continue(struct redis_fixture *fixture);

/* Ends the server and removes the directory. */
void redis_fixture_stop(struct redis_fixture *fixture);
