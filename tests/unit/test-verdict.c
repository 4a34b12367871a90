/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "macro.h"
#include "verdict.h"

#define EXIT_STATUS(n) ((n) << 8)
#define MAX2 .attempt = 1, .max_attempts = 2
#define LAST .attempt = 2, .max_attempts = 2

static const struct wire_outcome finished = { .verdict = WIRE_FINISHED, .message = "" };
static const struct wire_outcome error = {
	.verdict = WIRE_ERROR, .error = 5, .delay_ms = 77, .message = "disk"
};
static const struct wire_outcome rejected = { .verdict = WIRE_REJECTED, .message = "no" };
static const struct wire_outcome retry = { .verdict = WIRE_RETRY,
					   .delay_ms = 5000,
					   .message = "busy" };
static const struct wire_outcome snooze = { .verdict = WIRE_SNOOZE,
					    .delay_ms = 60000,
					    .message = "" };

static const struct {
	const char *what;
	struct attempt_end end;
	enum lq_settle_kind kind;
	const char *failure_kind;
	const char *words; /* the message holds them */
	const char *signal;
	int exit_status;
	int64_t delay_ms;
} rows[] = {
	/* What the handler says. */
	{ "finished", { .outcome = &finished, MAX2 }, LQ_SETTLE_FINISHED, NULL, "", NULL, -1, 0 },
	{ "error",
	  { .outcome = &error, MAX2 },
	  LQ_SETTLE_RETRY,
	  "error",
	  "EIO (Input/output error): disk",
	  NULL,
	  -1,
	  0 },
	{ "last error",
	  { .outcome = &error, LAST },
	  LQ_SETTLE_FAILED,
	  "error",
	  "disk",
	  NULL,
	  -1,
	  0 },
	{ "no limit",
	  { .outcome = &error, .attempt = 1000, .max_attempts = LQ_FOREVER },
	  LQ_SETTLE_RETRY,
	  "error",
	  "disk",
	  NULL,
	  -1,
	  0 },
	{ "rejected",
	  { .outcome = &rejected, MAX2 },
	  LQ_SETTLE_FAILED,
	  "rejected",
	  "no",
	  NULL,
	  -1,
	  0 },
	{ "retry", { .outcome = &retry, MAX2 }, LQ_SETTLE_RETRY, "error", "busy", NULL, -1, 5000 },
	{ "last retry",
	  { .outcome = &retry, LAST },
	  LQ_SETTLE_FAILED,
	  "error",
	  "busy",
	  NULL,
	  -1,
	  5000 },
	{ "snooze", { .outcome = &snooze, LAST }, LQ_SETTLE_SNOOZE, NULL, "", NULL, -1, 60000 },
	/* What its death says. */
	{ "segfault",
	  { .has_status = true, .status = SIGSEGV, MAX2 },
	  LQ_SETTLE_RETRY,
	  "signal",
	  "SIGSEGV",
	  "SIGSEGV",
	  -1,
	  0 },
	{ "abort with core",
	  { .has_status = true, .status = SIGABRT | 0x80, LAST },
	  LQ_SETTLE_FAILED,
	  "signal",
	  "core dumped",
	  "SIGABRT",
	  -1,
	  0 },
	{ "a real-time signal",
	  { .has_status = true, .status = 37, LAST },
	  LQ_SETTLE_FAILED,
	  "signal",
	  "killed by SIGRTMIN+3 (37)",
	  "SIGRTMIN+3",
	  -1,
	  0 },
	{ "a fault of the coprocessor",
	  { .has_status = true, .status = SIGSTKFLT, LAST },
	  LQ_SETTLE_FAILED,
	  "signal",
	  "killed by SIGSTKFLT",
	  "SIGSTKFLT",
	  -1,
	  0 },
	{ "killed by somebody",
	  { .has_status = true, .status = SIGKILL, LAST },
	  LQ_SETTLE_FAILED,
	  "signal",
	  "not sent by this worker",
	  "SIGKILL",
	  -1,
	  0 },
	{ "exit",
	  { .has_status = true, .status = EXIT_STATUS(3), LAST },
	  LQ_SETTLE_FAILED,
	  "exit",
	  "status 3",
	  NULL,
	  3,
	  0 },
	{ "exit 0",
	  { .has_status = true, .status = 0, MAX2 },
	  LQ_SETTLE_RETRY,
	  "exit",
	  "status 0",
	  NULL,
	  0,
	  0 },
	/* Nobody's fault. */
	{ "spawner died", { .spawner_died = true, MAX2 }, LQ_SETTLE_RETURN, NULL, "", NULL, -1, 0 },
	{ "never had it",
	  { .is_undelivered = true, .has_status = true, .status = SIGKILL, MAX2 },
	  LQ_SETTLE_RETURN,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "finished before the spawner died",
	  { .outcome = &finished, .spawner_died = true, MAX2 },
	  LQ_SETTLE_FINISHED,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "nothing known", { MAX2 }, LQ_SETTLE_RETURN, NULL, "", NULL, -1, 0 },
	/* The ledger comes first. */
	{ "timeout",
	  { .cause = CAUSE_TIMEOUT,
	    .timeout_ms = 30000,
	    .has_status = true,
	    .status = SIGTERM,
	    MAX2 },
	  LQ_SETTLE_RETRY,
	  "timeout",
	  "SIGTERM was sent by this worker",
	  "SIGTERM",
	  -1,
	  0 },
	{ "timeout to the end",
	  { .cause = CAUSE_TIMEOUT,
	    .was_killed = true,
	    .timeout_ms = 30000,
	    .grace_ms = 10000,
	    .has_status = true,
	    .status = SIGKILL,
	    LAST },
	  LQ_SETTLE_FAILED,
	  "timeout",
	  "after a grace of 10s",
	  "SIGKILL",
	  -1,
	  0 },
	{ "finished within the grace",
	  { .cause = CAUSE_TIMEOUT, .outcome = &finished, MAX2 },
	  LQ_SETTLE_FINISHED,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "snoozed within the grace",
	  { .cause = CAUSE_TIMEOUT, .outcome = &snooze, MAX2 },
	  LQ_SETTLE_SNOOZE,
	  NULL,
	  "",
	  NULL,
	  -1,
	  60000 },
	{ "gave up within the grace",
	  { .cause = CAUSE_TIMEOUT, .outcome = &error, MAX2 },
	  LQ_SETTLE_RETRY,
	  "timeout",
	  "time limit",
	  NULL,
	  -1,
	  0 },
	{ "timeout, then the spawner died",
	  { .cause = CAUSE_TIMEOUT, .spawner_died = true, MAX2 },
	  LQ_SETTLE_RETRY,
	  "timeout",
	  "time limit",
	  NULL,
	  -1,
	  0 },
	{ "stopped",
	  { .cause = CAUSE_STOP, .has_status = true, .status = SIGTERM, MAX2 },
	  LQ_SETTLE_STOPPED,
	  "stopped",
	  "on request",
	  "SIGTERM",
	  -1,
	  0 },
	{ "stopped, wants to snooze",
	  { .cause = CAUSE_STOP, .outcome = &snooze, MAX2 },
	  LQ_SETTLE_STOPPED,
	  "stopped",
	  "on request",
	  NULL,
	  -1,
	  0 },
	{ "stopped, but finished",
	  { .cause = CAUSE_STOP, .outcome = &finished, MAX2 },
	  LQ_SETTLE_FINISHED,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "shutdown",
	  { .cause = CAUSE_SHUTDOWN, .has_status = true, .status = SIGTERM, LAST },
	  LQ_SETTLE_RETURN,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "shutdown, failed by it",
	  { .cause = CAUSE_SHUTDOWN, .outcome = &error, LAST },
	  LQ_SETTLE_RETURN,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "shutdown, but finished",
	  { .cause = CAUSE_SHUTDOWN, .outcome = &finished, LAST },
	  LQ_SETTLE_FINISHED,
	  NULL,
	  "",
	  NULL,
	  -1,
	  0 },
	{ "broke the protocol",
	  { .cause = CAUSE_PROTOCOL,
	    .violation = "it lied",
	    .has_status = true,
	    .status = SIGKILL,
	    LAST },
	  LQ_SETTLE_FAILED,
	  "error",
	  "it lied",
	  "SIGKILL",
	  -1,
	  0 },
	{ "broke the protocol and says finished",
	  { .cause = CAUSE_PROTOCOL, .violation = "it lied", .outcome = &finished, MAX2 },
	  LQ_SETTLE_RETRY,
	  "error",
	  "it lied",
	  NULL,
	  -1,
	  0 },
};

START_TEST(each_row)
{
	struct verdict v;

	verdict_decide(&rows[_i].end, &v);
	ck_assert_msg(v.kind == rows[_i].kind, "%s: %s", rows[_i].what, verdict_word(v.kind));
	if (rows[_i].failure_kind)
		ck_assert_str_eq(v.failure_kind, rows[_i].failure_kind);
	else
		ck_assert_ptr_null(v.failure_kind);
	ck_assert_msg(strstr(v.message, rows[_i].words) != NULL, "%s: '%s'", rows[_i].what,
		      v.message);
	ck_assert_str_eq(v.signal, rows[_i].signal ? rows[_i].signal : "");
	ck_assert_int_eq(v.exit_status, rows[_i].exit_status);
	ck_assert_int_eq(v.delay_ms, rows[_i].delay_ms);
}
END_TEST

START_TEST(an_error_without_words_has_its_own)
{
	static const struct wire_outcome silent = { .verdict = WIRE_ERROR,
						    .error = 9,
						    .message = "" };
	struct attempt_end end = { .outcome = &silent, LAST };
	struct verdict v;

	verdict_decide(&end, &v);
	ck_assert_str_eq(v.message, "EBADF (Bad file descriptor)");
}
END_TEST

START_TEST(the_errno_is_kept)
{
	struct attempt_end end = { .outcome = &error, LAST };
	struct verdict v;

	verdict_decide(&end, &v);
	ck_assert_int_eq(v.error, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict");
	TCase *table = tcase_create("table");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, table);
	tcase_add_loop_test(table, each_row, 0, (int)ARRAY_SIZE(rows));
	tcase_add_test(table, an_error_without_words_has_its_own);
	tcase_add_test(table, the_errno_is_kept);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
