/* SPDX-License-Identifier: MIT */
/* Records from any bytes: decoded, shown, composed. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "envelope.h"
#include "fuzz.h"
#include "record-ready.h"
#include "record.h"
#include "worker-protocol.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* What a worker can decode it can also compose, and decode again. */
static void try_worker(const uint8_t *data, size_t size)
{
	static const char entry[] =
		"\x98\xcf\0\0\0\0\0\0\0\1\xc0\xc0\xcf\0\0\0\0\0\0\0\0\xce\0\0\0\0"
		"\xcd\0\0\xcd\0\0\x03";
	struct lq_claimed_record claimed, again;
	void *bytes = NULL;
	size_t n = 0;
	int decoded = lq_claimed_record_decode(data, size, &claimed);
	int composed = lq_record_compose(data, size, entry, sizeof(entry) - 1, &bytes, &n);

	must(decoded == composed);
	if (composed == 0) {
		must(lq_claimed_record_decode(bytes, n, &again) == 0);
		must(again.args_size == claimed.args_size && again.version == claimed.version);
		must(again.unknown_since_ms == -1);
		lq_claimed_record_fini(&again);
	}
	free(bytes);
	lq_claimed_record_fini(&claimed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lq_job_info *info = lq__job_info_new();
	int64_t ready_ms;

	try_worker(data, size);
	must(info != NULL);
	(void)lq__record_read(data, size, info);
	must(info->n_attempts <= LQ_HISTORY_MAX);
	for (size_t i = 0; i < info->n_attempts; i++)
		must(info->attempts[i].outcome != NULL);
	lq_job_info_free(info);
	(void)lq__record_ready(data, size, &ready_ms);
	return 0;
}

static void add_entry(struct buffer *record, enum lq_entry_kind kind)
{
	const struct lq_failure_report failure = { .kind = "exit",
						   .message = "m",
						   .exit_status = 1 };
	const struct lq_entry entry = {
		.kind = kind,
		.when_ms = 1000,
		.worker = "web1.uuid",
		.token = 1024000,
		.attempts = 1,
		.timeout_ms = 1000,
		.max_attempts = 3,
		.unknown_since_ms = 900,
		.result = "\x91\xc0",
		.result_size = 2,
		.failure = &failure,
	};
	void *bytes;
	size_t size;

	must(lq_entry_encode(&entry, &bytes, &size) == 0);
	must(buffer_append(record, bytes, size) == 0);
	free(bytes);
}

void fuzz_seeds(void (*feed)(const void *data, size_t size))
{
	static const enum lq_entry_kind kinds[] = { LQ_ENTRY_RETRY,    LQ_ENTRY_SNOOZE,
						    LQ_ENTRY_RETURN,   LQ_ENTRY_UNKNOWN,
						    LQ_ENTRY_FINISHED, LQ_ENTRY_FAILED,
						    LQ_ENTRY_CANCELED, LQ_ENTRY_STOPPED };
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;
	struct buffer record = BUFFER_INIT(SIZE_MAX);
	struct lq_made_job job;
	char words[256];

	o.unique_key = "key";
	o.description = "what";
	o.timeout_ms = 5000;
	o.max_attempts = 3;
	must(lq__job_make("send", lq_pack("{s:i}", "k", 1), &o, NULL, 500, &job, words,
			  sizeof(words)) == 0);
	must(buffer_append(&record, job.envelope, job.envelope_size) == 0);
	feed(buffer_begin(&record), buffer_size(&record));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		add_entry(&record, kinds[i]);
		feed(buffer_begin(&record), buffer_size(&record));
	}
	feed(buffer_begin(&record) + buffer_size(&record) - LQ_RECORD_TAIL_SIZE,
	     LQ_RECORD_TAIL_SIZE);
	free(job.envelope);
	buffer_fini(&record);
}
