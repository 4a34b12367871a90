/* SPDX-License-Identifier: MIT */
/* A worker that does as the test says, on the manager's own interface. */
#include "clock.h"
#include "verbs-fixture.h"
#include "worker-protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 30000

void fake_start(struct fake_worker *w, const char *id)
{
	char words[256] = "";

	*w = (struct fake_worker){ .lease_ms = 30000 };
	ck_assert_uint_lt(strlen(id), sizeof(w->id));
	memcpy(w->id, id, strlen(id) + 1);
	ck_assert_msg(lq_conn_new(server.url, &w->conn, words, sizeof(words)) == 0, "%s", words);
	ck_assert_int_eq(lq_conn_connect(w->conn), 0);
}

void fake_end(struct fake_worker *w)
{
	lq_conn_free(w->conn);
	w->conn = NULL;
}

static void step(struct fake_worker *w)
{
	struct pollfd fd = { .fd = lq_conn_fd(w->conn), .events = lq_conn_events(w->conn) };

	ck_assert_int_gt(poll(&fd, 1, PATIENCE_MS), 0);
	ck_assert_msg(lq_conn_step(w->conn) >= 0, "%s", lq_conn_error(w->conn));
}

void fake_drive(struct fake_worker *w)
{
	while (lq_conn_n_pending(w->conn) > 0)
		step(w);
}

void fake_flush(struct fake_worker *w)
{
	while (!lq_conn_is_ready(w->conn) || (lq_conn_events(w->conn) & POLLOUT))
		step(w);
}

struct claim {
	struct fake_job *jobs;
	size_t n;
	int code; /* of the settle */
};

static void on_exchange(void *userdata, int error, const struct lq_exchange_reply *reply)
{
	struct claim *claim = userdata;

	ck_assert_int_eq(error, 0);
	claim->code = reply->n_codes ? (int)reply->codes[0] : -1;
	for (size_t i = 0; i < reply->n_jobs; i++) {
		struct fake_job *job = &claim->jobs[claim->n++];
		const struct lq_handed_out *from = &reply->jobs[i];

		*job = (struct fake_job){ .token = from->token, .record_size = from->record_size };
		memcpy(job->id, from->id, strlen(from->id) + 1);
		job->record = malloc(from->record_size + 1);
		ck_assert_ptr_nonnull(job->record);
		memcpy(job->record, from->record, from->record_size);
	}
}

static struct lq_exchange *exchange_on(struct fake_worker *w, const char *queue)
{
	struct lq_exchange *x = lq_exchange_new(w->id, w->lease_ms);

	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(lq_exchange_add_queue(x, queue, w->token), 0);
	return x;
}

size_t fake_claim(struct fake_worker *w, const char *queue, struct fake_job *jobs, size_t want)
{
	struct lq_exchange *x = exchange_on(w, queue);
	struct claim claim = { .jobs = jobs };

	lq_exchange_set_want(x, want);
	ck_assert_int_eq(lq_exchange_send(x, w->conn, on_exchange, &claim), 0);
	fake_drive(w);
	lq_exchange_free(x);
	for (size_t i = 0; i < claim.n; i++)
		w->token = jobs[i].token > w->token ? jobs[i].token : w->token;
	return claim.n;
}

void fake_job_fini(struct fake_job *job)
{
	free(job->record);
	job->record = NULL;
}

static const enum lq_entry_kind entry_kinds[] = {
	[LQ_SETTLE_FINISHED] = LQ_ENTRY_FINISHED, [LQ_SETTLE_FAILED] = LQ_ENTRY_FAILED,
	[LQ_SETTLE_STOPPED] = LQ_ENTRY_STOPPED,   [LQ_SETTLE_CANCELED] = LQ_ENTRY_CANCELED,
	[LQ_SETTLE_RETRY] = LQ_ENTRY_RETRY,       [LQ_SETTLE_SNOOZE] = LQ_ENTRY_SNOOZE,
	[LQ_SETTLE_UNKNOWN] = LQ_ENTRY_UNKNOWN,   [LQ_SETTLE_RETURN] = LQ_ENTRY_RETURN,
};

static bool is_attempt(int kind)
{
	return kind == LQ_SETTLE_FINISHED || kind == LQ_SETTLE_FAILED ||
	       kind == LQ_SETTLE_STOPPED || kind == LQ_SETTLE_RETRY;
}

static const struct lq_failure_report report = { .kind = "rejected",
						 .message = "told to fail",
						 .exit_status = -1,
						 .user_ms = -1,
						 .system_ms = -1,
						 .max_rss_kb = -1 };

/* The entry, from what the record says and the kind; its bytes go to ret, to be freed. */
static void encode(const struct fake_worker *w, const struct fake_job *job, struct lq_entry *entry,
		   struct lq_settle *ret)
{
	int kind = (int)ret->kind;
	struct lq_claimed_record record;
	void *bytes;

	ck_assert_int_eq(lq_claimed_record_decode(job->record, job->record_size, &record), 0);
	entry->kind = entry_kinds[kind];
	entry->when_ms = (int64_t)(job->token / 1024) + 5;
	entry->worker = w->id;
	entry->token = job->token;
	entry->snoozes = record.snoozes + (kind == LQ_SETTLE_SNOOZE);
	entry->losses = is_attempt(kind) || kind == LQ_SETTLE_SNOOZE ? 0 : record.losses;
	entry->attempts = record.attempts + is_attempt(kind);
	entry->timeout_ms = 180000;
	entry->max_attempts = 1;
	entry->unknown_since_ms = (int64_t)(job->token / 1024);
	entry->text = kind == LQ_SETTLE_CANCELED ? "expired" : NULL;
	entry->failure = is_attempt(kind) && kind != LQ_SETTLE_FINISHED ? &report : NULL;
	ck_assert_int_eq(lq_entry_encode(entry, &bytes, &ret->size), 0);
	ret->bytes = bytes;
	lq_claimed_record_fini(&record);
}

int fake_settle(struct fake_worker *w, const char *queue, const struct fake_job *job, int kind,
		int64_t ms, int result)
{
	const unsigned char byte = (unsigned char)result; /* msgpack's, of a small number */
	bool is_kept = kind > LQ_SETTLE_CANCELED || ms != 0;
	struct lq_exchange *x = exchange_on(w, queue);
	struct claim claim = { .jobs = NULL };
	struct lq_entry entry = { .delay_ms = ms,
				  .result = result < 0 ? NULL : &byte,
				  .result_size = result < 0 ? 0 : 1 };
	struct lq_settle settle = { .kind = (enum lq_settle_kind)kind,
				    .id = job->id,
				    .token = job->token,
				    .mode = is_kept ? 'a' : 't',
				    .ms = is_kept ? ms : 60000 };

	encode(w, job, &entry, &settle);
	ck_assert_int_eq(lq_exchange_add_settle(x, &settle), 0);
	free((void *)(uintptr_t)settle.bytes); /* it was copied */
	ck_assert_int_eq(lq_exchange_send(x, w->conn, on_exchange, &claim), 0);
	fake_drive(w);
	lq_exchange_free(x);
	return claim.code;
}

static void on_wake(void *userdata, int error, const struct lq_wake_reply *reply)
{
	(void)userdata;
	(void)reply;
	ck_assert_int_eq(error, 0);
}

void fake_sleep(struct fake_worker *w, const char *queue)
{
	ck_assert_int_eq(lq_wake_send(w->conn, w->id, &queue, 1, true, 5000, on_wake, NULL), 0);
	fake_drive(w);
}

struct answer {
	int64_t integer;
	char *text; /* owned; NULL: none */
};

static void on_answer(void *userdata, int error, const struct reply *reply)
{
	struct answer *answer = userdata;

	ck_assert_msg(error == 0, "%d %s", error, reply ? reply->str : "");
	(void)lq__reply_want_int(reply, &answer->integer);
	if (reply->type == REPLY_STRING)
		answer->text = strdup(reply->str);
}

static struct answer run(struct fake_worker *w, char *text)
{
	struct answer answer = { .integer = 0 };
	struct lq__arg args[16];
	char *rest = NULL;
	size_t n = 0;

	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		ck_assert_uint_lt(n, 16);
		args[n++] = (struct lq__arg){ .data = word, .size = strlen(word) };
	}
	ck_assert_int_eq(lq__conn_command(w->conn, args, n, on_answer, &answer), 0);
	fake_drive(w);
	return answer;
}

int64_t fake_run(struct fake_worker *w, const char *format, ...)
{
	char text[1024];
	va_list values;

	va_start(values, format);
	ck_assert_int_lt(vsnprintf(text, sizeof(text), format, values), (int)sizeof(text));
	va_end(values);

	struct answer answer = run(w, text);

	free(answer.text);
	return answer.integer;
}

/* A look each millisecond until the deadline. */
static void look_again(int64_t end_ms)
{
	ck_assert_int_lt(clock_monotonic_ms(), end_ms);
	(void)poll(NULL, 0, 1);
}

void fake_await_int(struct fake_worker *w, int64_t n, const char *command)
{
	for (int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;; look_again(end_ms)) {
		if (fake_run(w, "%s", command) == n)
			return;
	}
}

void fake_await_blocked(struct fake_worker *w, int64_t n)
{
	for (int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;; look_again(end_ms)) {
		char text[] = "INFO clients";
		struct answer answer = run(w, text);
		int64_t seen = info_number(answer.text, "blocked_clients:");

		free(answer.text);
		if (seen == n)
			return;
	}
}
