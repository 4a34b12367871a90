/* SPDX-License-Identifier: MIT */
/*
 * The wire below the manager: frames on the stream socketpair between manager and
 * runner, messages on the SOCK_SEQPACKET pair between manager and spawner.
 *
 * A frame is a u32 length (of what follows), a u8 type and the fields, all
 * little-endian; text and bytes are a u32 length and that many bytes, text is
 * followed by a zero that the length does not count, so that decoded pointers
 * can borrow from the frame. The manager trusts no length and no number of a runner: a frame
 * over its limit, an unknown type or a sequence number not handed out ends that
 * runner; a stream that lied is never resynchronised.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

#define WIRE_ABI 1
#define WIRE_FRAME_MAX (16u * 1024 * 1024) /* an outcome with its follow-up jobs is the largest */
#define WIRE_CONTROL_MAX (64u * 1024)      /* one message to or from the spawner */

/*
 * A program of one's own as the spawner (lq_worker_main) is started with argv[0] alone, and told by
 * its environment: the number of its end of the control pair, and jobs per runner (0: never
 * recycled; not set: 1).
 */
#define WIRE_ENV_FD "LQ_SPAWNER_FD"
#define WIRE_ENV_JOBS "LQ_SPAWNER_JOBS"

enum wire_type {
	/* manager -> runner */
	WIRE_JOB = 1,
	/* runner -> manager */
	WIRE_READY = 16, /* after runner_init; error != 0: it failed and the runner exits */
	WIRE_OUTCOME = 17,
	WIRE_CHILD = 18, /* one follow-up job of the outcome that comes after it */
	/* spawner -> manager */
	WIRE_HELLO = 32,   /* abi */
	WIRE_HANDLER = 33, /* one entry of the table */
	WIRE_LOADED = 34,  /* the table is complete */
	WIRE_RUNNER = 35,  /* a new runner; carries WIRE_N_RUNNER_FDS descriptors */
	WIRE_EXITED = 36,
	WIRE_FAILED =
		37,     /* modules cannot be loaded: what, where, what to do; the spawner exits 4 */
	WIRE_NOTE = 38, /* a line for the log */
	/* manager -> spawner */
	WIRE_WANT = 48,   /* that many live runners */
	WIRE_SIGNAL = 49, /* a signal to the runner and its group */
	WIRE_KILL = 50,   /* kill it and all that descends from it, for sure */
};

struct wire_job {
	uint32_t seq; /* of this runner, 1 up */
	uint64_t claim;
	uint32_t attempt;
	int32_t max_attempts; /* -1: no limit */
	int64_t timeout_ms;   /* -1: no limit */
	const char *queue, *id, *handler;
	const void *args; /* msgpack; size 0: none */
	size_t args_size;
};

enum wire_verdict {
	WIRE_FINISHED,
	WIRE_ERROR,    /* a negative errno */
	WIRE_REJECTED, /* lq_job_fail() */
	WIRE_RETRY,
	WIRE_SNOOZE,
	WIRE_N_VERDICTS,
};

struct wire_outcome {
	uint32_t seq;
	uint8_t verdict;
	int32_t error;    /* positive errno; 0: none */
	int64_t delay_ms; /* retry (0: backoff), snooze */
	int64_t user_us, system_us,
		max_rss_kb;  /* of this job alone where the runner can tell; else -1 */
	uint32_t n_children; /* WIRE_CHILD frames that came before */
	const char *message; /* "": none */
	const void *result;  /* msgpack; size 0: none */
	size_t result_size;
};

struct wire_child {
	const char *queue, *id;
	int64_t delay_ms, run_at_ms; /* at most one of them is not 0 */
	bool front;
	const char *unique_key; /* "": none */
	int64_t unique_ttl_ms;  /* 0: until it ends */
	const void *envelope;
	size_t envelope_size;
};

struct wire_handler {
	const char *name;
	int64_t timeout_ms;
	int32_t max_attempts;
	bool sensitive;
};

/* Descriptors that come with WIRE_RUNNER, in this order. */
enum { WIRE_FD_SOCKET, WIRE_FD_PIDFD, WIRE_FD_STDOUT, WIRE_FD_STDERR, WIRE_N_RUNNER_FDS };

struct wire_runner {
	uint64_t generation; /* never used twice by a manager's spawners together with the spawner's
				own number */
	int64_t pid;
};

struct wire_exited {
	uint64_t generation;
	int32_t status; /* as wait4() gives it */
	int64_t user_us, system_us, max_rss_kb;
	uint32_t n_killed; /* what it had left behind and was killed */
};

struct wire_signal {
	uint64_t generation;
	int32_t signo; /* not used by WIRE_KILL */
};

/* Each appends one frame. 0, -ENOMEM, or -EMSGSIZE above WIRE_FRAME_MAX (the buffer is as before).
 */
int wire_put_job(struct buffer *out, const struct wire_job *job);
int wire_put_ready(struct buffer *out, int32_t error);
int wire_put_outcome(struct buffer *out, const struct wire_outcome *outcome);
int wire_put_child(struct buffer *out, const struct wire_child *child);
int wire_put_hello(struct buffer *out);
int wire_put_handler(struct buffer *out, const struct wire_handler *handler);
int wire_put_loaded(struct buffer *out);
int wire_put_runner(struct buffer *out, const struct wire_runner *runner);
int wire_put_exited(struct buffer *out, const struct wire_exited *exited);
int wire_put_text(struct buffer *out, enum wire_type type, const char *text); /* FAILED, NOTE */
int wire_put_want(struct buffer *out, uint32_t n);
int wire_put_signal(struct buffer *out, enum wire_type type, const struct wire_signal *signal);

/* One received frame; pointers borrow from the bytes it was parsed from. */
struct wire_message {
	enum wire_type type;
	union {
		struct wire_job job;
		struct wire_outcome outcome;
		struct wire_child child;
		struct wire_handler handler;
		struct wire_runner runner;
		struct wire_exited exited;
		struct wire_signal signal;
		const char *text;
		uint32_t want;
		uint32_t abi;
		int32_t error;
	};
};

/*
 * Takes the first frame of size bytes. Its length (> 0): *ret_message is set. 0: not
 * all of it has come. -EPROTO: no such frame; the peer is to be ended.
 */
int64_t wire_parse(const void *data, size_t size, size_t max, struct wire_message *ret_message);
