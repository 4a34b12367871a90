/* SPDX-License-Identifier: MIT */
/* Records as tests need them: an envelope from options, entries behind it. */
#pragma once

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "envelope.h"
#include "worker-protocol.h"

#define TEST_CREATED_MS 500

struct test_record {
	uint8_t *bytes;
	size_t size;
};

static inline struct test_record test_record_new(const char *handler, struct lq_value *args,
						 const struct lq_enqueue_options *options)
{
	struct lq_made_job job;
	char words[256];

	ck_assert_int_eq(lq__job_make(handler, args, options, NULL, TEST_CREATED_MS, &job, words,
				      sizeof(words)),
			 0);
	return (struct test_record){ job.envelope, job.envelope_size };
}

static inline void test_record_add(struct test_record *record, const void *bytes, size_t size)
{
	record->bytes = realloc(record->bytes, record->size + size);
	ck_assert_ptr_nonnull(record->bytes);
	memcpy(record->bytes + record->size, bytes, size);
	record->size += size;
}

static inline void test_record_append(struct test_record *record, const struct lq_entry *entry)
{
	void *bytes;
	size_t size;

	ck_assert_int_eq(lq_entry_encode(entry, &bytes, &size), 0);
	test_record_add(record, bytes, size);
	free(bytes);
}

static inline void test_record_free(struct test_record *record)
{
	free(record->bytes);
	*record = (struct test_record){ .bytes = NULL };
}
