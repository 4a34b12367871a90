/* SPDX-License-Identifier: MIT */
/* The record that closes each cmd-*.c, and what its function gets. */
#pragma once

#include <libqueue/libqueue.h>
#include <stdbool.h>

#include "command-line.h"
#include "output.h"

/* Exit codes, a promise to scripts. */
enum {
	LQ_EXIT_DONE = 0,
	LQ_EXIT_NOT = 1,           /* it could not be done, or is not so */
	LQ_EXIT_USAGE = 2,         /* wrong on its face */
	LQ_EXIT_UNREACHABLE = 3,   /* Redis is not reachable, or login was refused */
	LQ_EXIT_WAIT = 124,        /* the wait ran out, the job goes on */
	LQ_EXIT_INTERRUPTED = 130, /* Ctrl-C */
};

struct context {
	const struct command *command;
	struct args args;
	struct lq_client *client; /* after context_open() */
	struct lq_queue_names queues;
	bool has_queues; /* queues is what Redis knows */
};

struct command {
	const char *name, *alias; /* alias may be NULL */
	const char *usage;        /* what follows the name, a line each */
	const char *summary;
	const char *details;           /* more help, or NULL */
	const struct option *options;  /* NULL: none; else ends with a record without a name */
	int (*run)(struct context *c); /* returns an exit code */
};

extern const struct command cmd_cancel, cmd_delete, cmd_empty, cmd_enqueue, cmd_help, cmd_info,
	cmd_list, cmd_pause, cmd_ping, cmd_resume, cmd_retry, cmd_show, cmd_wait, cmd_workers;
