/* SPDX-License-Identifier: MIT */
/*
 * How an attempt ended, decided from all that is known of it. Pure: no clock, no process. The
 * evidence counts in this order: the manager's own ledger (written before a signal is sent), what
 * the runner said, the spawner's death, the exit status.
 */
#pragma once

#include <libqueue/limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire.h"
#include "worker-protocol.h"

/* The ledger: why this worker ended a runner. */
enum cause {
	CAUSE_NONE,
	CAUSE_TIMEOUT,
	CAUSE_STOP,     /* somebody asked to stop the job */
	CAUSE_SHUTDOWN, /* the worker is going */
	CAUSE_PROTOCOL, /* it broke the rules of the wire */
	CAUSE_N,
};

struct attempt_end {
	enum cause cause;
	bool was_killed;                    /* SIGKILL was sent as well */
	const char *violation;              /* CAUSE_PROTOCOL: what it did */
	const struct wire_outcome *outcome; /* NULL: none came */
	bool is_undelivered;                /* the runner was gone before it had the whole job */
	bool spawner_died;
	bool has_status;
	int status;           /* as wait4() gives it */
	unsigned int attempt; /* 1 up */
	int max_attempts;     /* LQ_FOREVER: no limit */
	int64_t timeout_ms, grace_ms;
};

struct verdict {
	enum lq_settle_kind kind;
	const char *failure_kind; /* NULL: it has not failed */
	char message[LQ_MESSAGE_MAX];
	char signal[24];  /* its name; "": none */
	int error;        /* positive errno; 0: none */
	int exit_status;  /* -1: none */
	int64_t delay_ms; /* snooze, retry; 0: by the backoff */
};

void verdict_decide(const struct attempt_end *end, struct verdict *ret);
/* "retry", "finished", ...: the words of log lines. */
const char *verdict_word(enum lq_settle_kind kind);
