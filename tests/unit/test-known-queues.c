/* SPDX-License-Identifier: MIT */
/* The cache of registered queues: what it says it has was added, whatever fell out since. */
#include "check-main.h"
#include "known-queues.h"

#include <stdio.h>
#include <string.h>

static struct lq__known_queues known;

START_TEST(adds_and_forgets)
{
	lq__known_queues_clear(&known);
	ck_assert(!lq__known_queues_has(&known, "mail"));
	lq__known_queues_add(&known, "mail");
	ck_assert(lq__known_queues_has(&known, "mail"));
	ck_assert(!lq__known_queues_has(&known, "mai"));
	ck_assert(!lq__known_queues_has(&known, "mail2"));
	lq__known_queues_clear(&known);
	ck_assert(!lq__known_queues_has(&known, "mail"));
}
END_TEST

START_TEST(more_than_it_holds)
{
	char name[LQ_NAME_MAX + 1];
	int n_known = 0;

	lq__known_queues_clear(&known);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "queue-%d", i);
		lq__known_queues_add(&known, name);
		ck_assert(lq__known_queues_has(&known, name));
	}
	for (int i = 0; i < 2000; i++) {
		(void)snprintf(name, sizeof(name), "queue-%d", i);
		n_known += lq__known_queues_has(&known, name);
		ck_assert(i < 1000 || !lq__known_queues_has(&known, name));
	}
	ck_assert_int_gt(n_known, 1);
	ck_assert_int_le(n_known, LQ__KNOWN_QUEUES);
}
END_TEST

START_TEST(longest_name)
{
	char name[LQ_NAME_MAX + 2];

	memset(name, 'q', sizeof(name));
	name[LQ_NAME_MAX + 1] = '\0';
	lq__known_queues_clear(&known);
	lq__known_queues_add(&known, name); /* no queue has it: not kept */
	ck_assert(!lq__known_queues_has(&known, name));
	name[LQ_NAME_MAX] = '\0';
	lq__known_queues_add(&known, name);
	ck_assert(lq__known_queues_has(&known, name));
}
END_TEST

CHECK_MAIN("known-queues", adds_and_forgets, more_than_it_holds, longest_name)
