/* SPDX-License-Identifier: MIT */
/* Records as they are shown: each kind of entry, counters, times, and what is foreign. */
#include <errno.h>
#include <string.h>

#include <libqueue/job.h>

#include "check-main.h"
#include "record.h"
#include "test-records.h"

#define TOKEN(ms) ((uint64_t)(ms)*1024 + 5)

static const struct lq_failure_report report = {
	.kind = "exit",
	.message = "status 3",
	.exit_status = 3,
	.user_ms = -1,
	.system_ms = -1,
	.max_rss_kb = -1,
};

/* started 10 ms before it was settled */
static struct lq_entry entry_of(enum lq_entry_kind kind, int64_t when_ms, unsigned int attempts)
{
	return (struct lq_entry){
		.kind = kind,
		.when_ms = when_ms,
		.worker = "web.1.0123",
		.token = TOKEN(when_ms - 10),
		.attempts = attempts,
		.timeout_ms = 30,
		.max_attempts = 5,
		.failure = kind == LQ_ENTRY_RETRY || kind == LQ_ENTRY_FAILED ? &report : NULL,
	};
}

static void append(struct test_record *record, struct lq_entry entry)
{
	test_record_append(record, &entry);
}

/* What scripts write: entries that nobody settled. */
struct script_entry {
	enum lq_entry_kind kind;
	int64_t when_ms;
	bool has_worker;
	const char *info; /* msgpack */
	size_t info_size;
	uint64_t token;
	unsigned int losses, attempts;
};

static void append_script(struct test_record *record, const struct script_entry *e)
{
	uint8_t head[10] = { 0x98, 0xcf }, tail[21] = { 0xcf };

	for (int i = 0; i < 8; i++) {
		head[9 - i] = (uint8_t)(e->when_ms >> (8 * i));
		tail[8 - i] = (uint8_t)(e->token >> (8 * i));
	}
	tail[9] = 0xce;
	tail[14] = tail[17] = 0xcd;
	tail[16] = (uint8_t)e->losses;
	tail[19] = (uint8_t)e->attempts;
	tail[20] = (uint8_t)e->kind;
	test_record_add(record, head, sizeof(head));
	test_record_add(record, e->has_worker ? "\xaaweb.1.0123" : "\xc0", e->has_worker ? 11 : 1);
	test_record_add(record, e->info, e->info_size);
	test_record_add(record, tail, sizeof(tail));
}

#define INFO(bytes) .info = bytes, .info_size = sizeof(bytes) - 1
#define LOST_WORKER "\xabworker lost"

static struct test_record plain(void)
{
	return test_record_new("send", NULL, NULL);
}

/* Consumes the record. */
static struct lq_job_info *read_whole(struct test_record *record)
{
	struct lq_job_info *info = lq__job_info_new();

	ck_assert_ptr_nonnull(info);
	ck_assert_int_eq(lq__record_read(record->bytes, record->size, info), 0);
	test_record_free(record);
	return info;
}

START_TEST(fresh)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;
	struct test_record record;
	struct lq_job_info *info;
	int number = 0;

	o.description = "what";
	o.sensitive = true;
	o.max_attempts = LQ_FOREVER;
	o.timeout_ms = 7;
	record = test_record_new("send", lq_pack("[i]", 4), &o);
	info = read_whole(&record);
	ck_assert_str_eq(info->handler, "send");
	ck_assert_str_eq(info->description, "what");
	ck_assert(info->sensitive);
	ck_assert_int_eq(lq_unpack(info->args, "[i]", &number), 0);
	ck_assert_int_eq(number, 4);
	ck_assert_int_eq(info->attempt, 1);
	ck_assert_int_eq(info->max_attempts, LQ_FOREVER);
	ck_assert_int_eq(info->timeout_ms, 7);
	ck_assert_uint_eq(info->claim, 0);
	ck_assert_int_eq(info->created_at_ms, TEST_CREATED_MS);
	ck_assert_int_eq(info->enqueued_at_ms, TEST_CREATED_MS);
	ck_assert_int_eq(info->started_at_ms, -1);
	ck_assert_int_eq(info->ended_at_ms, -1);
	ck_assert_ptr_null(info->failure);
	ck_assert_uint_eq(info->n_attempts, 0);
	lq_job_info_free(info);
	record = plain();
	info = read_whole(&record);
	ck_assert_ptr_null(info->args);
	ck_assert_int_eq(info->max_attempts, LQ_DEFAULT_MAX_ATTEMPTS);
	ck_assert_int_eq(info->timeout_ms, LQ_DEFAULT_TIMEOUT_MS);
	lq_job_info_free(info);
}
END_TEST

static void check_attempt(const struct lq_job_info *info, size_t i, int number, const char *outcome,
			  int64_t started_at_ms, int64_t ended_at_ms)
{
	const struct lq_attempt *a = &info->attempts[i];

	ck_assert_uint_lt(i, info->n_attempts);
	ck_assert_int_eq(a->attempt, number);
	ck_assert_str_eq(a->outcome, outcome);
	ck_assert_int_eq(a->started_at_ms, started_at_ms);
	ck_assert_int_eq(a->ended_at_ms, ended_at_ms);
	ck_assert_uint_eq(a->claim, started_at_ms < 0 ? 0 : TOKEN(started_at_ms));
	ck_assert_str_eq(a->worker, "web.1");
}

START_TEST(finished)
{
	struct test_record record = plain();
	struct lq_entry e = entry_of(LQ_ENTRY_FINISHED, 2000, 2);
	struct lq_job_info *info;
	int truth = 0;

	append(&record, entry_of(LQ_ENTRY_RETRY, 1000, 1));
	e.result = "\xc3";
	e.result_size = 1;
	append(&record, e);
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_FINISHED);
	ck_assert_int_eq(info->attempt, 2);
	ck_assert_int_eq(info->timeout_ms, 30);
	ck_assert_int_eq(info->max_attempts, 5);
	ck_assert_int_eq(info->started_at_ms, 1990);
	ck_assert_int_eq(info->ended_at_ms, 2000);
	ck_assert_uint_eq(info->claim, TOKEN(1990));
	ck_assert_str_eq(info->worker, "web.1");
	ck_assert_ptr_null(info->failure);
	ck_assert_int_eq(lq_unpack(info->result, "b", &truth), 0);
	ck_assert_int_eq(truth, 1);
	ck_assert_uint_eq(info->n_attempts, 2);
	check_attempt(info, 0, 1, "retry", 990, 1000);
	ck_assert_str_eq(info->attempts[0].failure->message, "status 3");
	ck_assert_int_eq(info->attempts[0].failure->at_ms, 1000);
	check_attempt(info, 1, 2, "ok", 1990, 2000);
	ck_assert_ptr_null(info->attempts[1].failure);
	lq_job_info_free(info);
}
END_TEST

START_TEST(live)
{
	struct test_record record = plain();
	struct lq_entry e = entry_of(LQ_ENTRY_SNOOZE, 2000, 1);
	struct lq_job_info *info;

	append(&record, entry_of(LQ_ENTRY_RETRY, 1000, 1));
	e.snoozes = 1;
	append(&record, e);
	e = entry_of(LQ_ENTRY_RETURN, 3000, 1);
	e.snoozes = 1;
	append(&record, e);
	e = entry_of(LQ_ENTRY_UNKNOWN, 4000, 1);
	e.snoozes = 1;
	append(&record, e);
	append_script(&record, &(struct script_entry){ .kind = LQ_ENTRY_LOST,
						       .when_ms = 5000,
						       .has_worker = true,
						       INFO("\xcf\0\0\0\0\0\x12\xd6\x85"),
						       .losses = 1,
						       .attempts = 1 });
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_QUEUED);
	ck_assert_int_eq(info->attempt, 2);
	ck_assert_int_eq(info->losses, 1);
	ck_assert_int_eq(info->started_at_ms, -1);
	ck_assert_int_eq(info->ended_at_ms, -1);
	ck_assert_ptr_null(info->worker);
	ck_assert_str_eq(info->failure->message, "status 3");
	ck_assert_uint_eq(info->n_attempts, 5);
	check_attempt(info, 0, 1, "retry", 990, 1000);
	check_attempt(info, 1, 2, "snooze", 1990, 2000);
	check_attempt(info, 2, 2, "returned", 2990, 3000);
	check_attempt(info, 3, 2, "unknown", 3990, 4000);
	ck_assert_str_eq(info->attempts[4].outcome, "lost");
	ck_assert_int_eq(info->attempts[4].attempt, 2);
	ck_assert_uint_eq(info->attempts[4].claim, 0x12d685);
	ck_assert_int_eq(info->attempts[4].started_at_ms, 0x12d685 / 1024);
	lq_job_info_free(info);
}
END_TEST

START_TEST(failed)
{
	struct test_record record = plain();
	struct lq_job_info *info;

	append(&record, entry_of(LQ_ENTRY_FAILED, 1000, 1));
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_FAILED);
	ck_assert_int_eq(info->attempt, 1);
	ck_assert_str_eq(info->failure->kind, "exit");
	ck_assert_int_eq(info->failure->exit_status, 3);
	check_attempt(info, 0, 1, "failed", 990, 1000);
	lq_job_info_free(info);
}
END_TEST

/* These spend no attempt: it was the first one, and none has been made. */
START_TEST(failed_unrun)
{
	static const char *const kinds[] = { "no_handler", "bad_arguments" };

	for (size_t i = 0; i < 2; i++) {
		struct lq_failure_report unrun = report;
		struct lq_entry e = entry_of(LQ_ENTRY_FAILED, 1000, 0);
		struct test_record record = plain();
		struct lq_job_info *info;

		unrun.kind = kinds[i];
		e.failure = &unrun;
		append(&record, e);
		info = read_whole(&record);
		ck_assert_int_eq(info->attempt, 0);
		check_attempt(info, 0, 1, "failed", 990, 1000);
		lq_job_info_free(info);
	}
}
END_TEST

START_TEST(ended_by_reap)
{
	struct test_record record = plain();
	struct lq_job_info *info;

	append_script(&record, &(struct script_entry){ .kind = LQ_ENTRY_FAILED,
						       .when_ms = 5000,
						       .has_worker = true,
						       INFO(LOST_WORKER),
						       .losses = 10,
						       .attempts = 1 });
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_FAILED);
	ck_assert_str_eq(info->failure->kind, "lost");
	ck_assert_str_eq(info->failure->message, "worker lost");
	ck_assert_int_eq(info->started_at_ms, -1);
	check_attempt(info, 0, 2, "failed", -1, 5000);
	lq_job_info_free(info);
	record = plain();
	append_script(&record, &(struct script_entry){ .kind = LQ_ENTRY_STOPPED,
						       .when_ms = 5000,
						       .has_worker = true,
						       INFO(LOST_WORKER),
						       .losses = 1 });
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_STOPPED);
	ck_assert_str_eq(info->failure->kind, "stopped");
	check_attempt(info, 0, 1, "stopped", -1, 5000);
	lq_job_info_free(info);
}
END_TEST

/* The stop has an entry of its own behind the settle's, with the same token: one attempt. */
START_TEST(stopped_at_settle)
{
	struct test_record record = plain();
	struct lq_job_info *info;

	append(&record, entry_of(LQ_ENTRY_RETRY, 1000, 1));
	append_script(&record, &(struct script_entry){ .kind = LQ_ENTRY_STOPPED,
						       .when_ms = 1001,
						       .has_worker = true,
						       INFO("\xc0"),
						       .token = TOKEN(990),
						       .attempts = 1 });
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_STOPPED);
	ck_assert_int_eq(info->ended_at_ms, 1001);
	ck_assert_int_eq(info->started_at_ms, 990);
	ck_assert_str_eq(info->failure->kind, "stopped");
	ck_assert_uint_eq(info->n_attempts, 1);
	check_attempt(info, 0, 1, "stopped", 990, 1000);
	lq_job_info_free(info);
}
END_TEST

START_TEST(canceled)
{
	struct test_record record = plain();
	struct lq_entry e = entry_of(LQ_ENTRY_CANCELED, 3000, 0);
	struct lq_job_info *info;

	append_script(&record, &(struct script_entry){
				       .kind = LQ_ENTRY_CANCELED, .when_ms = 2000, INFO("\xc0") });
	info = read_whole(&record);
	ck_assert_int_eq(info->state, LQ_JOB_CANCELED);
	ck_assert(!info->canceled_expired);
	ck_assert_int_eq(info->attempt, 0);
	ck_assert_int_eq(info->started_at_ms, -1);
	ck_assert_ptr_null(info->worker);
	ck_assert_uint_eq(info->n_attempts, 0);
	lq_job_info_free(info);
	record = plain();
	e.text = "expired";
	append(&record, e);
	info = read_whole(&record);
	ck_assert(info->canceled_expired);
	ck_assert_uint_eq(info->n_attempts, 0);
	lq_job_info_free(info);
}
END_TEST

START_TEST(requeued)
{
	struct test_record record = plain();
	struct lq_job_info *info;

	append(&record, entry_of(LQ_ENTRY_FAILED, 1000, 1));
	append_script(&record, &(struct script_entry){
				       .kind = LQ_ENTRY_REQUEUED, .when_ms = 2000, INFO("\xc0") });
	append_script(&record, &(struct script_entry){
				       .kind = LQ_ENTRY_CANCELED, .when_ms = 3000, INFO("\xc0") });
	info = read_whole(&record);
	ck_assert_int_eq(info->created_at_ms, TEST_CREATED_MS);
	ck_assert_int_eq(info->enqueued_at_ms, 2000);
	ck_assert_int_eq(info->ended_at_ms, 3000);
	ck_assert_int_eq(info->started_at_ms, -1);
	ck_assert_int_eq(info->timeout_ms, LQ_DEFAULT_TIMEOUT_MS);
	ck_assert_int_eq(info->max_attempts, LQ_DEFAULT_MAX_ATTEMPTS);
	ck_assert_ptr_null(info->failure);
	ck_assert_uint_eq(info->claim, TOKEN(990));
	ck_assert_uint_eq(info->n_attempts, 1);
	lq_job_info_free(info);
}
END_TEST

START_TEST(last_eight)
{
	struct test_record record = plain();
	struct lq_job_info *info;

	for (unsigned int i = 1; i <= 20; i++)
		append(&record, entry_of(LQ_ENTRY_RETRY, 1000 * i, i));
	info = read_whole(&record);
	ck_assert_uint_eq(info->n_attempts, LQ_HISTORY_MAX);
	for (int i = 0; i < LQ_HISTORY_MAX; i++)
		check_attempt(info, (size_t)i, 13 + i, "retry", 1000 * (13 + i) - 10,
			      1000 * (13 + i));
	lq_job_info_free(info);
}
END_TEST

START_TEST(tombstone)
{
	struct test_record record = plain();
	struct lq_job_info *info = lq__job_info_new();
	struct lq_entry e = entry_of(LQ_ENTRY_FINISHED, 1000, 3);

	e.snoozes = 2;
	append(&record, e);
	ck_assert_int_eq(lq__record_read(record.bytes + record.size - LQ_RECORD_TAIL_SIZE,
					 LQ_RECORD_TAIL_SIZE, info),
			 0);
	ck_assert_int_eq(info->state, LQ_JOB_FINISHED);
	ck_assert_int_eq(info->attempt, 3);
	ck_assert_int_eq(info->snoozes, 2);
	ck_assert_ptr_null(info->handler);
	test_record_free(&record);
	lq_job_info_free(info);
}
END_TEST

START_TEST(damaged)
{
	struct test_record record = plain();
	size_t whole = record.size;
	struct lq_job_info *info;

	append(&record, entry_of(LQ_ENTRY_FAILED, 1000, 1));
	for (size_t n = 0; n < record.size; n++) {
		uint8_t *copy = malloc(n ? n : 1); /* of exact size, for valgrind */

		memcpy(copy, record.bytes, n);
		info = lq__job_info_new();
		ck_assert_int_eq(lq__record_read(copy, n, info), n == whole ? 0 : -EPROTO);
		lq_job_info_free(info);
		free(copy);
	}
	/* The envelope is gone, the end is not. */
	record.bytes[0] = 0;
	info = lq__job_info_new();
	ck_assert_int_eq(lq__record_read(record.bytes, record.size, info), -EPROTO);
	ck_assert_int_eq(info->state, LQ_JOB_FAILED);
	ck_assert_int_eq(info->attempt, 1);
	lq_job_info_free(info);
	test_record_free(&record);
}
END_TEST

START_TEST(newer)
{
	struct lq_job_info *info = lq__job_info_new();

	ck_assert_int_eq(lq__record_read("\x92\x02\0", 3, info), -EPROTO);
	lq_job_info_free(info);
	lq_job_info_free(NULL);
}
END_TEST

CHECK_MAIN("record-read", fresh, finished, live, failed, failed_unrun, ended_by_reap,
	   stopped_at_settle, canceled, requeued, last_eight, tombstone, damaged, newer)
