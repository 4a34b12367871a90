/* SPDX-License-Identifier: MIT */
/* LQ_TEST_AS_USER: a number that root's tests become, since killing must work without rights. */
#include "suite.h"

#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOBODY 65534

static void skip(const char *why)
{
	(void)printf("1..0 # SKIP %s\n", why);
	exit(EXIT_SUCCESS);
}

static void become_user(void)
{
	const char *spawner = getenv("LQ_TEST_SPAWNER");

	if (geteuid() != 0)
		skip("not root: the other run was an ordinary user's already");
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		skip("no right to become an ordinary user");
	if (!spawner || access(spawner, X_OK) < 0)
		skip("the build folder is closed to an ordinary user");
}

int run_process_tests(const char *name, const TTest *const *tests, size_t n)
{
	if (getenv("LQ_TEST_AS_USER"))
		become_user();

	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	tcase_set_timeout(tcase, 60);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed > 0;
}
