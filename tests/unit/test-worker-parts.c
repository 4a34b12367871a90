/* SPDX-License-Identifier: MIT */
/* The manager's small parts: the server's clock, the handler table, waiting after failures. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backoff.h"
#include "check-main.h"
#include "handlers.h"
#include "server-clock.h"

START_TEST(the_servers_clock_never_goes_back)
{
	struct server_clock clock = { 0 };

	server_clock_learn(&clock, 50000, 1000);
	ck_assert_int_eq(server_clock_now(&clock, 1000), 50000);
	ck_assert_int_eq(server_clock_now(&clock, 1500), 50500);
	server_clock_learn(&clock, 49000, 2000);
	ck_assert_int_eq(server_clock_now(&clock, 2000), 50500);
	ck_assert_int_eq(server_clock_now(&clock, 4000), 51000);
}
END_TEST

START_TEST(nor_is_it_below_a_tokens_time)
{
	struct server_clock clock = { 0 };

	server_clock_learn(&clock, 50000, 1000);
	server_clock_learn_token(&clock, 60000 * 1024 + 5);
	ck_assert_int_eq(server_clock_now(&clock, 1000), 60000);
	server_clock_learn_token(&clock, 5 * 1024);
	ck_assert_int_eq(server_clock_now(&clock, 1000), 60000);
}
END_TEST

START_TEST(handlers_are_found_by_name)
{
	struct handlers handlers = { 0 };
	char name[16];

	for (int i = 0; i < 40; i++) {
		struct wire_handler handler = { .name = name, .timeout_ms = i };
		(void)snprintf(name, sizeof(name), "h%d", i);
		ck_assert_int_eq(handlers_add(&handlers, &handler), 0);
		ck_assert_int_eq(handlers_add(&handlers, &handler), -EEXIST);
	}
	ck_assert_int_eq(handlers_find(&handlers, "h33")->timeout_ms, 33);
	ck_assert_ptr_null(handlers_find(&handlers, "h40"));
	handlers_fini(&handlers);
	ck_assert_ptr_null(handlers_find(&handlers, "h1"));
}
END_TEST

START_TEST(their_names_with_commas)
{
	struct handlers handlers = { 0 };
	struct wire_handler a = { .name = "a" }, b = { .name = "b.c" };
	char *names = handlers_names(&handlers);

	ck_assert_str_eq(names, "");
	free(names);
	ck_assert_int_eq(handlers_add(&handlers, &a), 0);
	ck_assert_int_eq(handlers_add(&handlers, &b), 0);
	names = handlers_names(&handlers);
	ck_assert_str_eq(names, "a,b.c");
	free(names);
	handlers_fini(&handlers);
}
END_TEST

START_TEST(the_backoff_doubles_up_to_its_maximum)
{
	static const int64_t wanted[] = { 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
	int64_t last = 0;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		last = backoff_next(last, 1000, 30000);
		ck_assert_int_eq(last, wanted[i]);
	}
	for (int i = 0; i < 1000; i++) {
		int64_t jittered = backoff_jitter(1000);
		ck_assert_int_ge(jittered, 750);
		ck_assert_int_le(jittered, 1000);
	}
}
END_TEST

CHECK_MAIN("worker-parts", the_servers_clock_never_goes_back, nor_is_it_below_a_tokens_time,
	   handlers_are_found_by_name, their_names_with_commas,
	   the_backoff_doubles_up_to_its_maximum)
