/* SPDX-License-Identifier: MIT */
/*
 * The manager's end of the spawner: starts it, hears from it, tells it what to do, starts it
 * again when it has died (after 1 s, doubling while it does not come up). It gets no descriptor but
 * its end of the control pair, and nothing of what this process knows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buffer.h"
#include "loop.h"
#include "wire.h"

struct spawner_events {
	void (*on_handler)(void *userdata, const struct wire_handler *handler);
	void (*on_loaded)(void *userdata);
	void (*on_failed)(void *userdata, const char *text);
	/* Takes the descriptors, those taken are set to -1. */
	void (*on_runner)(void *userdata, const struct wire_runner *runner,
			  int fds[WIRE_N_RUNNER_FDS]);
	void (*on_exited)(void *userdata, const struct wire_exited *exited);
	void (*on_gone)(void *userdata, int status); /* as waitpid() gives it */
};

struct spawner_link {
	struct loop *loop;
	const struct spawner_events *events;
	void *userdata;
	const char *program; /* with a table of its own; NULL: lq-spawner */
	const char *const *modules;
	size_t n_modules;
	int jobs_per_runner;
	int control, pidfd; /* -1: not running */
	pid_t pid;
	struct loop_source control_source, death_source;
	struct loop_timer restart, impatience;
	struct buffer out; /* frames that did not fit */
	uint8_t *in;       /* WIRE_CONTROL_MAX bytes, owned */
	int64_t started_ms, backoff_ms;
	bool has_loaded, is_closing;
};

int spawner_link_init(struct spawner_link *link, struct loop *loop,
		      const struct spawner_events *events, void *userdata);
void spawner_link_fini(struct spawner_link *link);
int spawner_link_start(struct spawner_link *link);
/* Makes it sweep and leave; on_gone follows, and no new one is started. */
void spawner_link_close(struct spawner_link *link);
/* The same without its help: SIGKILL. */
void spawner_link_end(struct spawner_link *link);
bool spawner_link_is_running(const struct spawner_link *link);

void spawner_link_want(struct spawner_link *link, uint32_t n);
void spawner_link_signal(struct spawner_link *link, uint64_t generation, int signo);
void spawner_link_kill(struct spawner_link *link, uint64_t generation);
