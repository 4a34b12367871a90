/* SPDX-License-Identifier: MIT */
/* The table of scripts: text and digest of each, embedded at build time from lua/. */
#pragma once

#include <stddef.h>

enum lq_script_id {
	LQ_SCRIPT_ENQUEUE,
	LQ_SCRIPT_EXCHANGE,
	LQ_SCRIPT_REAP,
	LQ_SCRIPT_CANCEL,
	LQ_SCRIPT_DELETE,
	LQ_SCRIPT_REQUEUE,
	LQ_SCRIPT_STOP,
	LQ_SCRIPT_FIND,
	LQ_SCRIPT_WAIT,
	LQ_SCRIPT_PAUSE,
	LQ_SCRIPT_RESUME,
	LQ_SCRIPT_PURGE,
	LQ_SCRIPT_TRIM,
	LQ_SCRIPT_STATS,
	LQ_SCRIPT_LIST,
	LQ_N_SCRIPTS,
};

struct lq_script {
	const char *name;
	const char *text;
	size_t size;
	const char *sha1; /* 40 hex digits */
	int n_keys;       /* -1: any number */
};

extern const struct lq_script lq__scripts[LQ_N_SCRIPTS];
