/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the verbs stand on: one private redis-server for the
 * program, a fresh client and an empty server for each test, commands by hand,
 * and a worker that does as it is told.
 */
#pragma once

#include "client-internal.h"
#include "redis-fixture.h"
#include "reply.h"

#include <check.h>
#include <libqueue/libqueue.h>
#include <stddef.h>
#include <stdint.h>

extern struct redis_fixture server;
extern struct lq_client *lq; /* open; of the running test */

int verbs_main(const char *name, const TTest *const *tests, size_t n);

#define VERBS_MAIN(name, ...)                                                     \
	int main(void)                                                            \
	{                                                                         \
		const TTest *const tests[] = { __VA_ARGS__ };                     \
		return verbs_main(name, tests, sizeof(tests) / sizeof(tests[0])); \
	}

/* A command by hand, words separated by spaces. redis_do(): the reply is the
 * caller's. The others end the test if the reply is of another type. */
struct reply *redis_do(const char *format, ...) __attribute__((format(printf, 1, 2)));
void redis_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
int64_t redis_int(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The number that follows a field and its ':' or '=' in a text of INFO. */
int64_t info_number(const char *text, const char *field);

/* All that is in the server, as one number: two equal ones, nothing changed. */
uint64_t redis_digest(void);

/* One job without arguments, made; its id is a UUID in id, or what id holds if
 * not "". */
void make_job(const char *queue, char id[LQ_ID_SIZE]);
enum lq_job_state state_of(const char *queue, const char *id);

/* ---- A worker ---- */

struct fake_job {
	char id[LQ_ID_SIZE];
	uint64_t token;
	unsigned char *record; /* owned */
	size_t record_size;
};

struct fake_worker {
	struct lq_conn *conn;
	char id[64];
	int64_t lease_ms;
	uint64_t token; /* the highest one received, of the one queue it works on */
};

void fake_start(struct fake_worker *w, const char *id);
void fake_end(struct fake_worker *w);
/* Steps until nothing is pending. */
void fake_drive(struct fake_worker *w);
/* Steps until all is sent; the answers may come later. */
void fake_flush(struct fake_worker *w);
/* Claims up to want jobs; ends the test on an error. */
size_t fake_claim(struct fake_worker *w, const char *queue, struct fake_job *jobs, size_t want);
void fake_job_fini(struct fake_job *job);

/* Settles as kind (LQ_SETTLE_...), kept for ms or put off by it, as the manager would. 0 for ms of
 * an ended job: a tombstone. result: a small number; -1: none. Returns the code. */
int fake_settle(struct fake_worker *w, const char *queue, const struct fake_job *job, int kind,
		int64_t ms, int result);

/* Waits for a wake token of the queue, a few seconds at most. */
void fake_sleep(struct fake_worker *w, const char *queue);
/* A command by hand on the worker's connection, answered with an integer or
 * anything (0). */
int64_t fake_run(struct fake_worker *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Until the command answers n; until n clients are blocked. They end the test
 * after a while. */
void fake_await_int(struct fake_worker *w, int64_t n, const char *command);
void fake_await_blocked(struct fake_worker *w, int64_t n);
