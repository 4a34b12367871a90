/* SPDX-License-Identifier: MIT */
/* What a runner is in, what may happen to it, and what is done then: a table, and nothing else. */
#pragma once

enum runner_state {
	RUNNER_STARTING, /* forked, not yet ready */
	RUNNER_IDLE,
	RUNNER_BUSY,
	RUNNER_ENDING,   /* busy, and SIGTERM was sent */
	RUNNER_RETIRING, /* done; its socket is closed, it leaves by itself */
	RUNNER_GONE,     /* it closed its socket; how it ended is not known yet */
	RUNNER_KILLED,   /* SIGKILL was sent */
	RUNNER_DEAD,
	RUNNER_N_STATES,
};

enum runner_event {
	RUNNER_ON_READY,
	RUNNER_ON_INIT_FAILED,
	RUNNER_ON_OUTCOME,
	RUNNER_ON_BAD, /* it broke the rules of the wire */
	RUNNER_ON_EOF,
	RUNNER_ON_EXITED,
	RUNNER_ON_JOB,    /* a job is given to it */
	RUNNER_ON_RETIRE, /* it is not needed any more */
	RUNNER_ON_TERM,   /* its job is to end */
	RUNNER_ON_KILL,   /* at once */
	RUNNER_N_EVENTS,
};

enum runner_action {
	RUNNER_IMPOSSIBLE, /* this worker's own mistake */
	RUNNER_DO_NOTHING,
	RUNNER_DO_OFFER,    /* it may be given a job */
	RUNNER_DO_BACK_OFF, /* runner_init failed: it leaves, fewer are forked for a while */
	RUNNER_DO_SEND,
	RUNNER_DO_SETTLE,
	RUNNER_DO_RETIRE, /* close its socket */
	RUNNER_DO_AWAIT,  /* its exit status */
	RUNNER_DO_TERM,
	RUNNER_DO_KILL,
	RUNNER_DO_ACCUSE, /* kill it and say why */
	RUNNER_DO_BURY,   /* settle what it has left and forget it */
};

struct runner_step {
	enum runner_state next;
	enum runner_action action;
};

struct runner_step runner_step(enum runner_state state, enum runner_event event);
const char *runner_state_name(enum runner_state state);
