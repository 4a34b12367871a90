/* SPDX-License-Identifier: MIT */
/*
 * The manager's end of a runner's socket. It trusts nothing that comes: whatever is too long or
 * of no known form ends the runner, and one that floods or never reads holds up nobody else. A send
 * that fails is no verdict: what the runner has said before is read first, to the end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "loop.h"
#include "wire.h"

struct runner_link_events {
	/* The message borrows from the bytes read. The link may be closed meanwhile. */
	void (*on_message)(void *userdata, const struct wire_message *message);
	void (*on_bad)(void *userdata, const char *what);
	void (*on_eof)(void *userdata);
};

struct runner_link {
	struct loop *loop;
	const struct runner_link_events *events;
	void *userdata;
	struct loop_source source;
	int fd;                    /* -1: closed */
	struct loop_timer partial; /* a frame that began must have ended by then */
	struct buffer in;          /* the first part of a frame */
	struct buffer out;         /* what did not fit */
	bool is_deaf;              /* a send has failed: it does not read any more */
};

int runner_link_init(struct runner_link *link, struct loop *loop, int fd,
		     const struct runner_link_events *events, void *userdata);
void runner_link_close(struct runner_link *link);
/* 0 or -ENOMEM, -EMSGSIZE. */
int runner_link_send_job(struct runner_link *link, const struct wire_job *job);
/* Whether all that was sent was read, as far as can be known: of a dead runner, for sure. */
bool runner_link_is_delivered(const struct runner_link *link);
/* Reads what is there; of a dead runner that is all there will ever be. */
void runner_link_drain(struct runner_link *link);
