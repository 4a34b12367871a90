/* SPDX-License-Identifier: MIT */
/* Records: what a worker writes, byte for byte; what it reads; how the history is kept short. */
#include <errno.h>
#include <string.h>

#include <libqueue/limits.h>

#include "check-main.h"
#include "envelope.h"
#include "record.h"
#include "test-records.h"
#include "worker-protocol.h"

static void check_encoded(const struct lq_entry *entry, const char *expected, size_t size)
{
	void *bytes = NULL;
	size_t n = 0;

	ck_assert_int_eq(lq_entry_encode(entry, &bytes, &n), 0);
	ck_assert_uint_eq(n, size);
	ck_assert_mem_eq(bytes, expected, size);
	free(bytes);
}

#define CHECK_ENCODED(entry, expected) check_encoded(entry, expected, sizeof(expected) - 1)

#define WHEN "\xcf\0\0\0\0\0\0\x03\xe8" /* 1000 */
#define WORKER "\xa3w.u"
#define TAIL(kind) "\xcf\0\0\0\0\0\0\x08\0\xce\0\0\0\x02\xcd\0\x03\xcd\0\x04" kind

static struct lq_entry entry_of(enum lq_entry_kind kind)
{
	return (struct lq_entry){
		.kind = kind,
		.when_ms = 1000,
		.worker = "w.u",
		.token = 2048,
		.snoozes = 2,
		.losses = 3,
		.attempts = 4,
		.timeout_ms = 30,
		.max_attempts = -1,
		.delay_ms = 5,
		.unknown_since_ms = 9,
	};
}

START_TEST(encoded)
{
	const struct lq_failure_report failure = {
		.kind = "exit",
		.exit_status = 3,
		.user_ms = -1,
		.system_ms = -1,
		.max_rss_kb = -1,
	};
	struct lq_entry e = entry_of(LQ_ENTRY_RETRY);

	e.failure = &failure;
#define FAILURE            \
	"\x82\xa4kind\xa4" \
	"exit\xab"         \
	"exit_status\x03"
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x93\x05" FAILURE "\x92\x1e\xff" TAIL("\x01"));
	e.kind = LQ_ENTRY_FAILED;
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x92" FAILURE "\x92\x1e\xff" TAIL("\x09"));
	e.kind = LQ_ENTRY_STOPPED;
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x92" FAILURE "\x92\x1e\xff" TAIL("\x0b"));
	e = entry_of(LQ_ENTRY_SNOOZE);
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x93\x05\xc0\x92\x1e\xff" TAIL("\x02"));
	e = entry_of(LQ_ENTRY_RETURN);
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\xc0" TAIL("\x03"));
	e = entry_of(LQ_ENTRY_UNKNOWN);
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x92\x05\x09" TAIL("\x06"));
	e = entry_of(LQ_ENTRY_FINISHED);
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x92\xc0\x92\x1e\xff" TAIL("\x08"));
	e.result = "\xc3";
	e.result_size = 1;
	CHECK_ENCODED(&e, "\x98" WHEN WORKER "\x92\xc4\x01\xc3\x92\x1e\xff" TAIL("\x08"));
	e = entry_of(LQ_ENTRY_CANCELED);
	e.worker = NULL;
	CHECK_ENCODED(&e, "\x98" WHEN "\xc0\xc0" TAIL("\x0a"));
	e.text = "expired";
	CHECK_ENCODED(&e, "\x98" WHEN "\xc0\xa7"
			  "expired" TAIL("\x0a"));
}
END_TEST

START_TEST(encode_limits)
{
	static char result[LQ_RESULT_MAX + 1] = "\xc6\0\x0f\xff\xfb";
	static const enum lq_entry_kind others[] = { LQ_ENTRY_ENVELOPE, LQ_ENTRY_LOST,
						     LQ_ENTRY_REQUEUED, (enum lq_entry_kind)7 };
	struct lq_entry e = entry_of(LQ_ENTRY_FINISHED);
	struct lq_record_tail tail;
	void *bytes;
	size_t size;

	e.result = result;
	e.result_size = LQ_RESULT_MAX;
	e.attempts = e.losses = 100000;
	ck_assert_int_eq(lq_entry_encode(&e, &bytes, &size), 0);
	ck_assert_int_eq(lq__record_tail(bytes, size, &tail), 0);
	ck_assert_uint_eq(tail.attempts, UINT16_MAX);
	ck_assert_uint_eq(tail.losses, UINT16_MAX);
	free(bytes);
	e.result_size = LQ_RESULT_MAX + 1;
	ck_assert_int_eq(lq_entry_encode(&e, &bytes, &size), -EMSGSIZE);
	for (size_t i = 0; i < 4; i++) {
		e = entry_of(others[i]);
		ck_assert_int_eq(lq_entry_encode(&e, &bytes, &size), -EINVAL);
	}
}
END_TEST

START_TEST(tail)
{
	char bytes[] = "??" TAIL("\x08");
	struct lq_record_tail t;

	ck_assert_int_eq(lq__record_tail(bytes, sizeof(bytes) - 1, &t), 0);
	ck_assert_uint_eq(t.token, 2048);
	ck_assert_uint_eq(t.snoozes, 2);
	ck_assert_uint_eq(t.losses, 3);
	ck_assert_uint_eq(t.attempts, 4);
	ck_assert_uint_eq(t.kind, 8);
	ck_assert_int_eq(lq__record_tail(bytes + 3, LQ_RECORD_TAIL_SIZE - 1, &t), -EPROTO);
	for (size_t i = 2; i < sizeof(bytes) - 1; i++) {
		size_t at = i - 2;
		char saved = bytes[i];
		bool is_form = at == 0 || at == 9 || at == 14 || at == 17 || at == 20;

		bytes[i] = '\xee';
		ck_assert_int_eq(lq__record_tail(bytes, sizeof(bytes) - 1, &t),
				 is_form ? -EPROTO : 0);
		bytes[i] = saved;
	}
	bytes[sizeof(bytes) - 2] = 0; /* an envelope's kind */
	ck_assert_int_eq(lq__record_tail(bytes, sizeof(bytes) - 1, &t), -EPROTO);
}
END_TEST

static struct test_record full_envelope(void)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;

	o.unique_key = "key";
	o.timeout_ms = 7000;
	o.max_attempts = 3;
	o.backoff_ms = 5;
	o.backoff_max_ms = LQ_FOREVER;
	o.result_ttl_ms = LQ_AT_ONCE;
	o.failure_ttl_ms = LQ_FOREVER;
	o.ttl_ms = 77;
	o.delay_ms = 1;
	o.description = "words";
	o.sensitive = true;
	return test_record_new("send", lq_pack("[i]", 5), &o);
}

START_TEST(claimed)
{
	struct test_record record = full_envelope();
	struct lq_claimed_record c;

	ck_assert_int_eq(lq_claimed_record_decode(record.bytes, record.size, &c), 0);
	ck_assert_str_eq(c.handler, "send");
	ck_assert_str_eq(c.unique_key, "key");
	ck_assert_uint_eq(c.args_size, 2);
	ck_assert_mem_eq(c.args, "\x91\x05", 2);
	ck_assert_ptr_eq(c.envelope, record.bytes);
	ck_assert_uint_eq(c.envelope_size, record.size);
	ck_assert_int_eq(c.limits.timeout_ms, 7000);
	ck_assert_int_eq(c.limits.max_attempts, 3);
	ck_assert_int_eq(c.limits.backoff_ms, 5);
	ck_assert_int_eq(c.limits.backoff_max_ms, LQ_FOREVER);
	ck_assert_int_eq(c.limits.result_ttl_ms, LQ_AT_ONCE);
	ck_assert_int_eq(c.limits.failure_ttl_ms, LQ_FOREVER);
	ck_assert_int_eq(c.limits.ttl_ms, 77);
	ck_assert_int_eq(c.limits.dedup_ms, 0);
	ck_assert_int_eq(c.created_at_ms, TEST_CREATED_MS);
	ck_assert_uint_eq(c.version, 1);
	ck_assert_uint_eq(c.attempts + c.losses + c.snoozes, 0);
	ck_assert_int_eq(c.unknown_since_ms, -1);
	lq_claimed_record_fini(&c);
	test_record_free(&record);
	record = test_record_new("h", NULL, NULL);
	ck_assert_int_eq(lq_claimed_record_decode(record.bytes, record.size, &c), 0);
	ck_assert_ptr_null(c.args);
	ck_assert_uint_eq(c.args_size, 0);
	ck_assert_ptr_null(c.unique_key);
	lq_claimed_record_fini(&c);
	test_record_free(&record);
}
END_TEST

START_TEST(claimed_history)
{
	struct test_record record = full_envelope();
	size_t envelope_size = record.size;
	struct lq_entry e = entry_of(LQ_ENTRY_UNKNOWN);
	struct lq_claimed_record c;

	test_record_append(&record, &e);
	e.unknown_since_ms = 9;
	e.when_ms = 2000;
	test_record_append(&record, &e);
	ck_assert_int_eq(lq_claimed_record_decode(record.bytes, record.size, &c), 0);
	ck_assert_uint_eq(c.envelope_size, envelope_size);
	ck_assert_uint_eq(c.attempts, 4);
	ck_assert_uint_eq(c.losses, 3);
	ck_assert_uint_eq(c.snoozes, 2);
	ck_assert_int_eq(c.unknown_since_ms, 9);
	lq_claimed_record_fini(&c);
	e = entry_of(LQ_ENTRY_RETURN);
	test_record_append(&record, &e);
	ck_assert_int_eq(lq_claimed_record_decode(record.bytes, record.size, &c), 0);
	ck_assert_int_eq(c.unknown_since_ms, -1);
	lq_claimed_record_fini(&c);
	test_record_free(&record);
}
END_TEST

START_TEST(claimed_newer)
{
	static const char bytes[] = "\x93\x02\xa1x\0\x98" WHEN WORKER "\x92\x05\x09" TAIL("\x06");
	struct lq_claimed_record c;

	ck_assert_int_eq(lq_claimed_record_decode(bytes, sizeof(bytes) - 1, &c), 0);
	ck_assert_uint_eq(c.version, 2);
	ck_assert_ptr_null(c.handler);
	ck_assert_uint_eq(c.envelope_size, 5);
	ck_assert_uint_eq(c.attempts, 4);
	ck_assert_int_eq(c.unknown_since_ms, 9);
	lq_claimed_record_fini(&c);
}
END_TEST

#define ENVELOPE(unique, handler, args, options, created, kind) \
	"\x97\x01" unique handler args options created kind
#define CREATED "\xcf\0\0\0\0\0\0\0\x01"

static int decode(const char *bytes, size_t size)
{
	struct lq_claimed_record c;
	char *copy = malloc(size ? size : 1); /* of exact size, for valgrind */

	memcpy(copy, bytes, size);
	int r = lq_claimed_record_decode(copy, size, &c);
	lq_claimed_record_fini(&c);
	free(copy);
	return r;
}

#define DECODE(...) decode(ENVELOPE(__VA_ARGS__), sizeof(ENVELOPE(__VA_ARGS__)) - 1)

START_TEST(claimed_foreign)
{
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x80", CREATED, "\0"), 0);
	/* What is not known is skipped. */
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x81\x63\x92\x01\xc0", CREATED, "\0"),
			 0);
	ck_assert_int_eq(DECODE("\x01", "\xa1h", "\xc4\0", "\x80", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xa1\0", "\xa1h", "\xc4\0", "\x80", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xc0", "\xc4\0", "\x80", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1 ", "\xc4\0", "\x80", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc0", "\x80", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\x01\xc1", "\x80", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\x02\xc0\xc0", "\x80", CREATED, "\0"),
			 -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x90", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x81\x01\xa1x", CREATED, "\0"),
			 -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x81\x01\xfe", CREATED, "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x81\x0b\xa1\xff", CREATED, "\0"),
			 -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x80", "\xff", "\0"), -EPROTO);
	ck_assert_int_eq(DECODE("\xc0", "\xa1h", "\xc4\0", "\x80", CREATED, "\x01"), -EPROTO);
	ck_assert_int_eq(decode("hello", 5), -EPROTO);
	ck_assert_int_eq(decode("\x97\0", 2), -EPROTO);
	ck_assert_int_eq(decode("\xdd\xff\xff\xff\xff", 5), -EPROTO);
}
END_TEST

START_TEST(every_cut)
{
	struct test_record record = full_envelope();
	struct lq_entry e = entry_of(LQ_ENTRY_RETRY);
	size_t whole = record.size;

	test_record_append(&record, &e);
	for (size_t n = 0; n < record.size; n++)
		ck_assert_msg(decode((const char *)record.bytes, n) == (n == whole ? 0 : -EPROTO),
			      "cut at %zu", n);
	test_record_free(&record);
}
END_TEST

static void check_composed(size_t n_before, size_t n_kept)
{
	struct test_record record = full_envelope(), expected = full_envelope();
	struct lq_entry e = entry_of(LQ_ENTRY_RETRY);
	void *entry, *composed;
	size_t entry_size, size;

	for (size_t i = 0; i < n_before; i++) {
		e.when_ms = (int64_t)i;
		test_record_append(&record, &e);
		if (i + n_kept >= n_before)
			test_record_append(&expected, &e);
	}
	e = entry_of(LQ_ENTRY_FINISHED);
	test_record_append(&expected, &e);
	ck_assert_int_eq(lq_entry_encode(&e, &entry, &entry_size), 0);
	ck_assert_int_eq(
		lq_record_compose(record.bytes, record.size, entry, entry_size, &composed, &size),
		0);
	ck_assert_uint_eq(size, expected.size);
	ck_assert_mem_eq(composed, expected.bytes, size);
	ck_assert_int_eq(lq_record_compose(record.bytes, record.size - 1, entry, entry_size,
					   &composed, &size),
			 -EPROTO);
	free(composed);
	free(entry);
	test_record_free(&record);
	test_record_free(&expected);
}

START_TEST(composed)
{
	check_composed(0, 0);
	check_composed(1, 1);
	check_composed(LQ_HISTORY_MAX - 2, LQ_HISTORY_MAX - 2);
	check_composed(LQ_HISTORY_MAX - 1, LQ_HISTORY_MAX - 1);
	check_composed(LQ_HISTORY_MAX, LQ_HISTORY_MAX - 1);
	check_composed(3 * LQ_HISTORY_MAX, LQ_HISTORY_MAX - 1);
}
END_TEST

CHECK_MAIN("record", encoded, encode_limits, tail, claimed, claimed_history, claimed_newer,
	   claimed_foreign, every_cut, composed)
