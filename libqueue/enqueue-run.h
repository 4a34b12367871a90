/* SPDX-License-Identifier: MIT */
/*
 * Jobs on their way into Redis. A planned job is checked and packed; a run is one call of
 * the script: jobs that share queue, place, time and whether they have a key.
 */
#pragma once

#include "client-internal.h"
#include "envelope.h"

#include <libqueue/enqueue.h>
#include <stdbool.h>
#include <stddef.h>

#define LQ__REFUSAL_SIZE 256

struct lq__planned {
	struct lq_made_job made;           /* id: once the key is taken, the owner's */
	struct lq_enqueue_options options; /* of this library's size; strings borrowed */
	int outcome;                       /* of lq_enqueue(); < 0 until it is made */
};

struct lq__run {
	struct lq_client *client;
	struct lq__planned *const *jobs; /* borrowed */
	size_t n;
	bool is_answered;
	int error; /* of the whole run, once answered */
};

/* Checks and packs; consumes args. On failure the outcome is set too, and the words say why. */
int lq__planned_make(struct lq__planned *job, const char *handler, struct lq_value *args,
		     const struct lq_enqueue_options *options, char words[LQ__REFUSAL_SIZE]);
void lq__planned_fini(struct lq__planned *job);

/* May b go in one run with a? */
bool lq__planned_fits(const struct lq__planned *a, const struct lq__planned *b);

/* Puts the run on the connection, the queue's registration before it. The answer comes with
 * lq__client_finish(): in the jobs' outcomes, in error, the words of a failure on the handle. */
int lq__run_send(struct lq__run *run);

/* The outcome of a job that was answered, with its words on the handle. */
int lq__planned_say(struct lq_client *client, const struct lq__planned *job);
