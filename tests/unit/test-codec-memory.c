/* SPDX-License-Identifier: MIT */
/* Every allocation of the codec fails in turn: -ENOMEM each time, and nothing is lost or leaked. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <libqueue/job.h>

#include "alloc-fault.h"
#include "check-main.h"
#include "record.h"
#include "test-records.h"

#define FAULTS_MAX 1000

/* Runs call() until no allocation of it fails; it returns its result and frees what it made. */
static void check_all(int (*call)(void))
{
	for (size_t n = 0;; n++) {
		ck_assert_uint_lt(n, FAULTS_MAX);
		alloc_fault_after(n);
		int r = call();
		if (!alloc_fault_end()) {
			ck_assert_int_eq(r, 0);
			ck_assert_uint_gt(n, 0); /* there was something to fail */
			return;
		}
		ck_assert_msg(r == -ENOMEM, "allocation %zu: %d", n, r);
	}
}

static int error_of(struct lq_value *value)
{
	int r = lq_value_error(value, NULL);

	lq_value_free(value);
	return r;
}

static int call_pack(void)
{
	static char text[10000];

	return error_of(lq_pack("{s:s#, s:[i, f], s:B#}", "large", text, sizeof(text), "list", 1,
				2.0, "bytes", text, sizeof(text)));
}

static int call_from_msgpack(void)
{
	return error_of(lq_value_from_msgpack("\x91\xc0", 2));
}

static int call_unpack(void)
{
	struct lq_value *value = lq_value_from_msgpack("\x92\xa1x\xa1y", 5);
	const char *x, *y;
	int r = lq_value_error(value, NULL);

	if (r == 0)
		r = lq_unpack(value, "[ss]", &x, &y);
	lq_value_free(value);
	return r;
}

static int call_job_make(void)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_made_job job;
	char words[256] = "";

	o.id = "mine";
	o.description = "what";
	int r = lq__job_make("h", lq_pack("{s:i}", "k", 1), &o, NULL, 0, &job, words,
			     sizeof(words));
	if (r < 0) {
		ck_assert_ptr_nonnull(strstr(words, "out of memory"));
		ck_assert_ptr_null(job.envelope);
	}
	free(job.envelope);
	return r;
}

static const struct lq_failure_report report = {
	.kind = "signal",
	.message = "crashed",
	.signal = "SIGSEGV",
	.stderr_tail = "\xffnoise",
	.stderr_size = 6,
	.exit_status = -1,
};

static const struct lq_entry failed = {
	.kind = LQ_ENTRY_FAILED,
	.when_ms = 1000,
	.worker = "w.u",
	.token = 1,
	.attempts = 1,
	.failure = &report,
};

static int call_encode(void)
{
	void *bytes = NULL;
	size_t size;
	int r = lq_entry_encode(&failed, &bytes, &size);

	free(bytes);
	return r;
}

/* Made before the first failure. */
static struct test_record record;

static void record_make(void)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_entry finished = { .kind = LQ_ENTRY_FINISHED,
				     .result = "\xc3",
				     .result_size = 1 };

	o.unique_key = "key";
	o.description = "what";
	record = test_record_new("h", lq_pack("i", 1), &o);
	for (int i = 0; i < 10; i++)
		test_record_append(&record, &failed);
	test_record_append(&record, &finished);
	test_record_append(&record, &failed);
}

static int call_compose(void)
{
	void *bytes = NULL;
	size_t size;
	int r = lq_record_compose(record.bytes, record.size, "x", 1, &bytes, &size);

	free(bytes);
	return r;
}

static int call_decode(void)
{
	struct lq_claimed_record claimed;
	int r = lq_claimed_record_decode(record.bytes, record.size, &claimed);

	lq_claimed_record_fini(&claimed);
	return r;
}

static int call_read(void)
{
	struct lq_job_info *info = lq__job_info_new();
	int r = info ? lq__record_read(record.bytes, record.size, info) : -ENOMEM;

	lq_job_info_free(info);
	return r;
}

START_TEST(values)
{
	check_all(call_pack);
	check_all(call_from_msgpack);
	check_all(call_unpack);
}
END_TEST

/* NULL would mean "no arguments": a job would be made without its own. */
START_TEST(pack_is_never_null)
{
	alloc_fault_after(0);
	struct lq_value *value = lq_pack("i", 1);
	ck_assert(alloc_fault_end());
	ck_assert_ptr_nonnull(value);
	ck_assert_int_eq(lq_value_error(value, NULL), -ENOMEM);
	lq_value_free(value);
	lq_value_free(value); /* of static storage */
}
END_TEST

START_TEST(envelopes)
{
	check_all(call_job_make);
}
END_TEST

START_TEST(records)
{
	record_make();
	check_all(call_encode);
	check_all(call_compose);
	check_all(call_decode);
	check_all(call_read);
	test_record_free(&record);
}
END_TEST

CHECK_MAIN("codec-memory", values, pack_is_never_null, envelopes, records)
