/* SPDX-License-Identifier: MIT */
/*
 * A manager for tests: starts a spawner, has runners forked, gives them jobs and waits for
 * what is told. Every wait has a deadline; what does not come in time fails the test. The test's
 * process is a subreaper, so that nothing that a spawner loses can hide.
 */
#pragma once

#include <libqueue/limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buffer.h"
#include "wire.h"

#define HARNESS_DEADLINE_MS 10000
#define HARNESS_PEERS_MAX 2048
#define HARNESS_HANDLERS_MAX 128

/* A runner, as a manager knows it. */
struct peer {
	uint64_t generation;
	pid_t pid;
	int fds[WIRE_N_RUNNER_FDS];
	struct buffer in;
	uint32_t last_seq;
	bool has_exited;
	struct wire_exited exited;
};

struct harness {
	pid_t pid;
	int control_fd;
	struct peer peers[HARNESS_PEERS_MAX];
	size_t n_peers;
	size_t n_taken;    /* peers handed out by harness_runner() */
	char failed[4096]; /* the text of WIRE_FAILED */
	char note[4096];   /* of the last WIRE_NOTE */
	struct wire_handler handlers[HARNESS_HANDLERS_MAX];
	char names[HARNESS_HANDLERS_MAX][LQ_NAME_MAX + 1]; /* theirs */
	size_t n_handlers;
	bool is_loaded, is_gone;
};

/* The test module of that name, from the build folder. */
const char *module_path(const char *name, char path[4096]);

/* As the manager does it; jobs_per_runner NULL: the option is not given. */
void harness_start(struct harness *h, const char *jobs_per_runner, const char *const *modules,
		   size_t n_modules);
/* A program of one's own instead of lq-spawner. */
void harness_start_program(struct harness *h, const char *program);
/* Started with the modules good and villains, loaded. */
void harness_start_good(struct harness *h, const char *jobs_per_runner);
void harness_wait_loaded(struct harness *h);
/* Waits for the refusal and exit code 4; the text is in h->failed. */
void harness_wait_refused(struct harness *h);
void harness_want(struct harness *h, uint32_t n);
void harness_signal(struct harness *h, const struct peer *peer, int signo);
void harness_kill(struct harness *h, const struct peer *peer);
/* The next runner that has not been handed out, ready. */
struct peer *harness_runner(struct harness *h);
/* The same, before it has said anything. */
struct peer *harness_unready_runner(struct harness *h);
const struct wire_exited *harness_wait_exited(struct harness *h, struct peer *peer);
/* Closes the control socket; the spawner must end with status 0, and nothing may be left. */
void harness_stop(struct harness *h);
/* Nothing may be left of what descended from this process. */
void harness_assert_no_children(void);

/* args: msgpack; NULL: none. */
void peer_send(struct peer *peer, const char *handler, const void *args, size_t size);
void peer_send_text(struct peer *peer, const char *handler, const char *text);
/* The next frame of the runner. false: it closed its end. Borrowed until the next call. */
bool peer_receive(struct peer *peer, struct wire_message *ret);
/* The outcome of a job without follow-up jobs. */
struct wire_outcome peer_wait_outcome(struct peer *peer);
/* Its end of the stream is closed, in all who have it: a child of the handler has it too. */
void peer_wait_closed(struct peer *peer);
void peer_wait_dead(struct peer *peer);
/* Sends, and waits for the outcome. */
struct wire_outcome peer_run(struct peer *peer, const char *handler, const char *text);
/* The outcome's result, which is text. Borrowed until the next call. */
const char *result_text(const struct wire_outcome *outcome);
/* Reads what the pipe holds now, terminated. */
void read_available(int fd, char *text, size_t size);

/*
 * A leash: a FIFO whose writing end every process of a job holds, wherever it has got to. Each
 * says a byte when it stands; the end of the stream is the death of the last.
 */
struct leash {
	char path[64];
	int fd;
};

void leash_make(struct leash *leash);
void leash_wait_for(struct leash *leash, size_t n_processes);
void leash_assert_free(struct leash *leash);
