/* SPDX-License-Identifier: MIT */
/* main() of a unit test: one suite of one test case. */
#pragma once

#include <check.h>
#include <stdlib.h>

#define CHECK_MAIN(name, ...)                                                 \
	int main(void)                                                        \
	{                                                                     \
		const TTest *const tests[] = { __VA_ARGS__ };                 \
		Suite *suite = suite_create(name);                            \
		TCase *tcase = tcase_create(name);                            \
		SRunner *runner = srunner_create(suite);                      \
                                                                              \
		tcase_set_timeout(tcase, 60);                                 \
		for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) \
			tcase_add_test(tcase, tests[i]);                      \
		suite_add_tcase(suite, tcase);                                \
		srunner_run_all(runner, CK_ENV);                              \
		int n_failed = srunner_ntests_failed(runner);                 \
		srunner_free(runner);                                         \
		return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;           \
	}
