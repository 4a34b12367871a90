/* SPDX-License-Identifier: MIT */
#include "runner-state.h"

/* clang-format off */
#define STEP(next_, action_) { RUNNER_##next_, RUNNER_##action_ }

/* A cell that is not named is { 0, 0 }: RUNNER_IMPOSSIBLE. */
static const struct runner_step steps[RUNNER_N_STATES][RUNNER_N_EVENTS] = {
	[RUNNER_STARTING] = {
		[RUNNER_ON_READY]       = STEP(IDLE,     DO_OFFER),
		[RUNNER_ON_INIT_FAILED] = STEP(RETIRING, DO_BACK_OFF),
		[RUNNER_ON_OUTCOME]     = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_BAD]         = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_EOF]         = STEP(GONE,     DO_AWAIT),
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_RETIRE]      = STEP(RETIRING, DO_RETIRE),
		[RUNNER_ON_TERM]        = STEP(RETIRING, DO_RETIRE),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	[RUNNER_IDLE] = {
		[RUNNER_ON_READY]       = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_INIT_FAILED] = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_OUTCOME]     = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_BAD]         = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_EOF]         = STEP(GONE,     DO_AWAIT),
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_JOB]         = STEP(BUSY,     DO_SEND),
		[RUNNER_ON_RETIRE]      = STEP(RETIRING, DO_RETIRE),
		[RUNNER_ON_TERM]        = STEP(RETIRING, DO_RETIRE),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	[RUNNER_BUSY] = {
		[RUNNER_ON_READY]       = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_INIT_FAILED] = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_OUTCOME]     = STEP(IDLE,     DO_SETTLE),
		[RUNNER_ON_BAD]         = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_EOF]         = STEP(GONE,     DO_AWAIT),
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_TERM]        = STEP(ENDING,   DO_TERM),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	[RUNNER_ENDING] = {
		[RUNNER_ON_READY]       = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_INIT_FAILED] = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_OUTCOME]     = STEP(IDLE,     DO_SETTLE),
		[RUNNER_ON_BAD]         = STEP(KILLED,   DO_ACCUSE),
		[RUNNER_ON_EOF]         = STEP(GONE,     DO_AWAIT),
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_TERM]        = STEP(ENDING,   DO_TERM),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	[RUNNER_RETIRING] = {
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_RETIRE]      = STEP(RETIRING, DO_NOTHING),
		[RUNNER_ON_TERM]        = STEP(RETIRING, DO_NOTHING),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	[RUNNER_GONE] = {
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_RETIRE]      = STEP(GONE,     DO_NOTHING),
		[RUNNER_ON_TERM]        = STEP(GONE,     DO_NOTHING),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	/* It may have ended well just before; a second SIGKILL is the last resort. */
	[RUNNER_KILLED] = {
		[RUNNER_ON_READY]       = STEP(KILLED,   DO_NOTHING),
		[RUNNER_ON_INIT_FAILED] = STEP(KILLED,   DO_NOTHING),
		[RUNNER_ON_OUTCOME]     = STEP(KILLED,   DO_SETTLE),
		[RUNNER_ON_BAD]         = STEP(KILLED,   DO_NOTHING),
		[RUNNER_ON_EOF]         = STEP(KILLED,   DO_NOTHING),
		[RUNNER_ON_EXITED]      = STEP(DEAD,     DO_BURY),
		[RUNNER_ON_RETIRE]      = STEP(KILLED,   DO_NOTHING),
		[RUNNER_ON_TERM]        = STEP(KILLED,   DO_NOTHING),
		[RUNNER_ON_KILL]        = STEP(KILLED,   DO_KILL),
	},
	[RUNNER_DEAD] = { { 0 } },
};
/* clang-format on */

struct runner_step runner_step(enum runner_state state, enum runner_event event)
{
	return steps[state][event];
}

const char *runner_state_name(enum runner_state state)
{
	static const char *const names[RUNNER_N_STATES] = {
		[RUNNER_STARTING] = "starting", [RUNNER_IDLE] = "idle",
		[RUNNER_BUSY] = "busy",         [RUNNER_ENDING] = "ending",
		[RUNNER_RETIRING] = "retiring", [RUNNER_GONE] = "gone",
		[RUNNER_KILLED] = "killed",     [RUNNER_DEAD] = "dead",
	};

	return names[state];
}
