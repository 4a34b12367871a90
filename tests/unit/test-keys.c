/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* As docs/protocol.md spells them. */
START_TEST(test_names)
{
	char buf[LQ__KEY_SIZE];

	ck_assert_str_eq(lq__key_base(buf, "lq", "mail"), "lq:{mail}");
	ck_assert_str_eq(lq__key_queues(buf, "lq"), "lq:queues");
	ck_assert_str_eq(lq__key_workers(buf, "lq"), "lq:workers");
	ck_assert_str_eq(lq__key_worker(buf, "lq", "w.1"), "lq:worker:w.1");
	ck_assert_str_eq(lq__key_name(buf, "lq", "w"), "lq:name:w");
	ck_assert_str_eq(lq__key_wake(buf, "lq", "mail"), "lq:{mail}:wake");
	ck_assert_str_eq(lq__key_ctl(buf, "lq", "mail", "w.1"), "lq:{mail}:ctl:w.1");
	ck_assert_str_eq(lq__key_held(buf, "lq", "mail", "w.1"), "lq:{mail}:held:w.1");
	ck_assert_str_eq(lq__key_done(buf, "lq", "mail", "n"), "lq:{mail}:done:n");
	ck_assert_str_eq(lq__key_job(buf, "lq", "mail", "i"), "lq:{mail}:job:i");
}
END_TEST

START_TEST(test_longest)
{
	char prefix[LQ__PREFIX_MAX + 1], name[LQ_NAME_MAX + 1], buf[LQ__KEY_SIZE];

	memset(prefix, 'p', sizeof(prefix));
	memset(name, 'n', sizeof(name));
	prefix[LQ__PREFIX_MAX] = name[LQ_NAME_MAX] = '\0';
	ck_assert_uint_eq(strlen(lq__key_held(buf, prefix, name, name)),
			  LQ__PREFIX_MAX + 2 * LQ_NAME_MAX + strlen(":{}:held:"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("keys");
	TCase *tc = tcase_create("keys");

	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_longest);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
