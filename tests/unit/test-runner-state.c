/* SPDX-License-Identifier: MIT */
/*
 * Every cell of the table: its letter is the state that follows ('.': cannot happen). The grid is
 * written out here a second time, so that a change of one cell is seen.
 */
#include <check.h>
#include <stdlib.h>

#include "macro.h"
#include "runner-state.h"

/* S starting, I idle, B busy, E ending, R retiring, G gone, K killed, D dead */
static const char letters[RUNNER_N_STATES] = {
	[RUNNER_STARTING] = 'S', [RUNNER_IDLE] = 'I', [RUNNER_BUSY] = 'B',   [RUNNER_ENDING] = 'E',
	[RUNNER_RETIRING] = 'R', [RUNNER_GONE] = 'G', [RUNNER_KILLED] = 'K', [RUNNER_DEAD] = 'D',
};

/* READY INIT_FAILED OUTCOME BAD EOF EXITED JOB RETIRE TERM KILL */
static const char *const grid[RUNNER_N_STATES] = {
	[RUNNER_STARTING] = "IRKKGD.RRK", [RUNNER_IDLE] = "KKKKGDBRRK",
	[RUNNER_BUSY] = "KKIKGD..EK",     [RUNNER_ENDING] = "KKIKGD..EK",
	[RUNNER_RETIRING] = ".....D.RRK", [RUNNER_GONE] = ".....D.GGK",
	[RUNNER_KILLED] = "KKKKKD.KKK",   [RUNNER_DEAD] = "..........",
};

START_TEST(each_cell)
{
	enum runner_state state = (enum runner_state)(_i / RUNNER_N_EVENTS);
	enum runner_event event = (enum runner_event)(_i % RUNNER_N_EVENTS);
	struct runner_step step = runner_step(state, event);
	char wanted = grid[state][event];

	if (wanted == '.')
		ck_assert_int_eq(step.action, RUNNER_IMPOSSIBLE);
	else {
		ck_assert_int_ne(step.action, RUNNER_IMPOSSIBLE);
		ck_assert_msg(letters[step.next] == wanted, "%s, event %d: %s, not %c",
			      runner_state_name(state), event, runner_state_name(step.next),
			      wanted);
	}
}
END_TEST

/* What a state promises, whatever led there. */
START_TEST(actions_fit_their_states)
{
	enum runner_state state = (enum runner_state)(_i / RUNNER_N_EVENTS);
	enum runner_event event = (enum runner_event)(_i % RUNNER_N_EVENTS);
	struct runner_step step = runner_step(state, event);

	if (step.action == RUNNER_IMPOSSIBLE)
		return;
	ck_assert((step.next == RUNNER_DEAD) == (step.action == RUNNER_DO_BURY));
	ck_assert((step.next == RUNNER_BUSY) == (step.action == RUNNER_DO_SEND));
	if (state != RUNNER_KILLED && step.next == RUNNER_KILLED)
		ck_assert(step.action == RUNNER_DO_KILL || step.action == RUNNER_DO_ACCUSE);
	if (state == RUNNER_KILLED)
		ck_assert(step.next == RUNNER_KILLED || step.next == RUNNER_DEAD);
	if (event == RUNNER_ON_EXITED)
		ck_assert_int_eq(step.next, RUNNER_DEAD);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runner-state");
	TCase *table = tcase_create("table");
	SRunner *runner = srunner_create(suite);
	const int n_cells = (int)RUNNER_N_STATES * (int)RUNNER_N_EVENTS;

	suite_add_tcase(suite, table);
	tcase_add_loop_test(table, each_cell, 0, n_cells);
	tcase_add_loop_test(table, actions_fit_their_states, 0, n_cells);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
