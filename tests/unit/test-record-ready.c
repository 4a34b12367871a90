/* SPDX-License-Identifier: MIT */
/* Since when a waiting job may run: from the envelope, from each kind of last entry, and from the
 * end of a large record alone. */
#include <errno.h>
#include <string.h>

#include "check-main.h"
#include "record-ready.h"
#include "test-records.h"

#define PART 4096 /* of a large record, as the script stats sends it */

static int64_t ready(const struct test_record *record)
{
	int64_t ms = -5;

	ck_assert_int_eq(lq__record_ready(record->bytes, record->size, &ms), 0);
	return ms;
}

static struct lq_entry entry_of(enum lq_entry_kind kind, int64_t when_ms, int64_t delay_ms)
{
	return (struct lq_entry){ .kind = kind,
				  .when_ms = when_ms,
				  .worker = "w.u",
				  .token = 2048,
				  .attempts = 1,
				  .timeout_ms = 1000,
				  .max_attempts = 3,
				  .delay_ms = delay_ms,
				  .unknown_since_ms = when_ms };
}

START_TEST(made)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct test_record record = test_record_new("send", NULL, NULL);

	ck_assert_int_eq(ready(&record), TEST_CREATED_MS);
	test_record_free(&record);
	how.delay_ms = 70;
	how.timeout_ms = 5;
	how.description = "something";
	record = test_record_new("send", lq_pack("[i]", 1), &how);
	ck_assert_int_eq(ready(&record), TEST_CREATED_MS + 70);
	test_record_free(&record);
	how.delay_ms = 0;
	how.run_at_ms = TEST_CREATED_MS + 9000;
	record = test_record_new("send", NULL, &how);
	ck_assert_int_eq(ready(&record), TEST_CREATED_MS + 9000);
	test_record_free(&record);
	how.run_at_ms = 1; /* long over: ready when it was made */
	record = test_record_new("send", NULL, &how);
	ck_assert_int_eq(ready(&record), TEST_CREATED_MS);
	test_record_free(&record);
}
END_TEST

START_TEST(last_entry_counts)
{
	static const struct {
		enum lq_entry_kind kind;
		int64_t ready_ms;
	} cases[] = {
		{ LQ_ENTRY_RETRY, 2000 + 300 },
		{ LQ_ENTRY_SNOOZE, 2000 + 300 },
		{ LQ_ENTRY_UNKNOWN, 2000 + 300 },
		{ LQ_ENTRY_RETURN, 2000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct test_record record = test_record_new("send", lq_pack("i", 1), NULL);
		const struct lq_entry first = entry_of(LQ_ENTRY_RETRY, 1000, 5);
		const struct lq_entry last = entry_of(cases[i].kind, 2000, 300);

		test_record_append(&record, &first);
		test_record_append(&record, &last);
		ck_assert_int_eq(ready(&record), cases[i].ready_ms);
		test_record_free(&record);
	}
}
END_TEST

/* What the scripts write by themselves. */
START_TEST(requeued_and_lost)
{
	static const char requeued[] = "\x98\xcf\0\0\0\0\0\0\x0f\xa0\xc0\xc0\xcf\0\0\0\0\0\0\0\0"
				       "\xce\0\0\0\0\xcd\0\0\xcd\0\0\x05";
	static const char lost[] = "\x98\xcf\0\0\0\0\0\0\x0f\xa1\xa3w.u\xcf\0\0\0\0\0\0\x08\0"
				   "\xcf\0\0\0\0\0\0\0\0\xce\0\0\0\0\xcd\0\x01\xcd\0\0\x04";
	struct test_record record = test_record_new("send", NULL, NULL);

	test_record_add(&record, requeued, sizeof(requeued) - 1);
	ck_assert_int_eq(ready(&record), 4000);
	test_record_add(&record, lost, sizeof(lost) - 1);
	ck_assert_int_eq(ready(&record), 4001);
	test_record_free(&record);
}
END_TEST

START_TEST(end_of_a_large_one)
{
	static char text[100000];
	struct test_record record;
	const struct lq_entry entry = entry_of(LQ_ENTRY_SNOOZE, 2000, 300);
	int64_t ms;

	memset(text, '\x98', sizeof(text)); /* the beginning of an entry, again and again */
	record = test_record_new("send", lq_pack("B#", text, sizeof(text)), NULL);
	ck_assert_int_eq(lq__record_ready(record.bytes + record.size - PART, PART, &ms), 0);
	ck_assert_int_eq(ms, TEST_CREATED_MS);
	test_record_append(&record, &entry);
	ck_assert_int_eq(lq__record_ready(record.bytes + record.size - PART, PART, &ms), 0);
	ck_assert_int_eq(ms, 2300);
	test_record_free(&record);
}
END_TEST

START_TEST(damaged)
{
	struct test_record record = test_record_new("send", NULL, NULL);
	const struct lq_entry entry = entry_of(LQ_ENTRY_SNOOZE, 2000, 300);
	int64_t ms = -5;

	ck_assert_int_eq(lq__record_ready("", 0, &ms), -EPROTO);
	ck_assert_int_eq(lq__record_ready("hello", 5, &ms), -EPROTO);
	ck_assert_int_eq(lq__record_ready("hello, hello, hello", 19, &ms), -EPROTO);
	ck_assert_int_eq(lq__record_ready("0123456789\0", 11, &ms), -EPROTO);
	test_record_append(&record, &entry);
	/* The last entry without its first byte. */
	for (size_t i = 1; i < 20; i++)
		ck_assert_int_eq(lq__record_ready(record.bytes + record.size - i, i, &ms), -EPROTO);
	ck_assert_int_eq(ms, -5);
	test_record_free(&record);
}
END_TEST

CHECK_MAIN("record-ready", made, last_entry_counts, requeued_and_lost, end_of_a_large_one, damaged)
