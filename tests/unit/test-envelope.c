/* SPDX-License-Identifier: MIT */
/* The envelope byte for byte, and every option at its limits. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check-main.h"
#include "enqueue-options.h"
#include "envelope.h"
#include "names.h"

static char words[256];

static int make(const char *handler, struct lq_value *args, const struct lq_enqueue_options *o,
		struct lq_made_job *ret)
{
	words[0] = 0;
	return lq__job_make(handler, args, o, NULL, INT64_C(0x0123456789ab), ret, words,
			    sizeof(words));
}

static void check_made(const char *handler, struct lq_value *args,
		       const struct lq_enqueue_options *o, const char *bytes, size_t size)
{
	struct lq_made_job job;

	ck_assert_msg(make(handler, args, o, &job) == 0, "%s", words);
	ck_assert_uint_eq(job.envelope_size, size);
	ck_assert_mem_eq(job.envelope, bytes, size);
	free(job.envelope);
}

#define CREATED "\xcf\0\0\x01\x23\x45\x67\x89\xab"

START_TEST(smallest)
{
#define BYTES "\x97\x01\xc0\xa1h\xc4\0\x80" CREATED "\0"
	check_made("h", NULL, NULL, BYTES, sizeof(BYTES) - 1);
#undef BYTES
}
END_TEST

START_TEST(every_option)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;

	o.unique_key = "key";
	o.timeout_ms = 1;
	o.max_attempts = LQ_FOREVER;
	o.backoff_ms = 3;
	o.backoff_max_ms = LQ_FOREVER;
	o.result_ttl_ms = LQ_AT_ONCE;
	o.failure_ttl_ms = LQ_FOREVER;
	o.ttl_ms = 300;
	o.delay_ms = 8;
	o.unique_ttl_ms = 10;
	o.description = "what";
	o.sensitive = true;
#define BYTES                                                                          \
	"\x97\x01\xa3key\xa9send:mail\xc4\x04\x81\xa1k\x05"                            \
	"\x8b\x01\x01\x02\xff\x03\x03\x04\xff\x05\x00\x06\xff\x07\xcd\x01\x2c\x08\x08" \
	"\x0a\x0a\x0b\xa4what\x0c\xc3" CREATED "\0"
	check_made("send:mail", lq_pack("{s:i}", "k", 5), &o, BYTES, sizeof(BYTES) - 1);
#undef BYTES
	o = (struct lq_enqueue_options)LQ_ENQUEUE_OPTIONS_INIT;
	o.run_at_ms = 9;
#define BYTES "\x97\x01\xc0\xa1h\xc4\0\x81\x09\x09" CREATED "\0"
	check_made("h", NULL, &o, BYTES, sizeof(BYTES) - 1);
#undef BYTES
}
END_TEST

START_TEST(id_and_queue)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_made_job job;

	ck_assert_int_eq(make("h", NULL, NULL, &job), 0);
	ck_assert(lq__is_job_id(job.id));
	ck_assert_uint_eq(strlen(job.id), 36);
	ck_assert_str_eq(job.queue, "default");
	free(job.envelope);
	ck_assert_int_eq(lq__job_make("h", NULL, NULL, "mail", 0, &job, words, sizeof(words)), 0);
	ck_assert_str_eq(job.queue, "mail");
	free(job.envelope);
	o.id = "mine";
	o.queue = "other";
	ck_assert_int_eq(lq__job_make("h", NULL, &o, "mail", 0, &job, words, sizeof(words)), 0);
	ck_assert_str_eq(job.id, "mine");
	ck_assert_str_eq(job.queue, "other");
	free(job.envelope);
	ck_assert_int_eq(lq__job_make("h", NULL, NULL, "a b", 0, &job, words, sizeof(words)),
			 -EINVAL);
}
END_TEST

static void check_refused(const char *handler, struct lq_value *args,
			  const struct lq_enqueue_options *o, int error, const char *expected)
{
	struct lq_made_job job;

	ck_assert_int_eq(make(handler, args, o, &job), error);
	ck_assert_msg(strstr(words, expected) != NULL, "\"%s\" lacks \"%s\"", words, expected);
	ck_assert_str_eq(job.id, "");
	ck_assert_ptr_null(job.envelope);
}

/* The option's name must be in the words. */
#define REFUSED(field, value_, error)                                   \
	do {                                                            \
		struct lq_enqueue_options o_ = LQ_ENQUEUE_OPTIONS_INIT; \
		o_.field = value_;                                      \
		check_refused("h", lq_pack("n"), &o_, error, #field);   \
	} while (0)

#define ACCEPTED(field, value_)                                               \
	do {                                                                  \
		struct lq_enqueue_options o_ = LQ_ENQUEUE_OPTIONS_INIT;       \
		struct lq_made_job job_;                                      \
		o_.unique_key = "k";                                          \
		o_.backoff_max_ms = LQ_FOREVER;                               \
		o_.field = value_;                                            \
		ck_assert_msg(make("h", NULL, &o_, &job_) == 0, "%s", words); \
		free(job_.envelope);                                          \
	} while (0)

#define RANGE(field)                                             \
	do {                                                     \
		ACCEPTED(field, 1);                              \
		ACCEPTED(field, LQ_DURATION_MAX_MS);             \
		REFUSED(field, LQ_DURATION_MAX_MS + 1, -EINVAL); \
		REFUSED(field, INT64_MAX, -EINVAL);              \
		REFUSED(field, -3, -EINVAL);                     \
		REFUSED(field, INT64_MIN, -EINVAL);              \
	} while (0)

START_TEST(ranges)
{
	RANGE(unique_ttl_ms);
	RANGE(delay_ms);
	RANGE(timeout_ms);
	RANGE(ttl_ms);
	RANGE(result_ttl_ms);
	RANGE(failure_ttl_ms);
	RANGE(backoff_ms);
	RANGE(backoff_max_ms);
}
END_TEST

START_TEST(special_values)
{
	ACCEPTED(unique_ttl_ms, LQ_FOREVER);
	ACCEPTED(timeout_ms, LQ_FOREVER);
	ACCEPTED(ttl_ms, LQ_FOREVER);
	ACCEPTED(ttl_ms, LQ_AT_ONCE);
	ACCEPTED(result_ttl_ms, LQ_FOREVER);
	ACCEPTED(result_ttl_ms, LQ_AT_ONCE);
	ACCEPTED(failure_ttl_ms, LQ_FOREVER);
	ACCEPTED(failure_ttl_ms, LQ_AT_ONCE);
	REFUSED(unique_ttl_ms, LQ_AT_ONCE, -EINVAL);
	REFUSED(delay_ms, LQ_FOREVER, -EINVAL);
	REFUSED(delay_ms, LQ_AT_ONCE, -EINVAL);
	REFUSED(timeout_ms, LQ_AT_ONCE, -EINVAL);
	REFUSED(backoff_ms, LQ_FOREVER, -EINVAL);
	REFUSED(backoff_max_ms, LQ_AT_ONCE, -EINVAL);
	ACCEPTED(run_at_ms, LQ_TIME_MAX_MS);
	REFUSED(run_at_ms, LQ_TIME_MAX_MS + 1, -EINVAL);
	REFUSED(run_at_ms, -1, -EINVAL);
	ACCEPTED(max_attempts, LQ_FOREVER);
	ACCEPTED(max_attempts, UINT16_MAX);
	REFUSED(max_attempts, UINT16_MAX + 1, -EINVAL);
	REFUSED(max_attempts, -2, -EINVAL);
}
END_TEST

START_TEST(combinations)
{
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;

	o.delay_ms = 1;
	o.run_at_ms = 1;
	check_refused("h", NULL, &o, -EINVAL, "both set");
	o = (struct lq_enqueue_options)LQ_ENQUEUE_OPTIONS_INIT;
	o.unique_ttl_ms = 1;
	check_refused("h", NULL, &o, -EINVAL, "without unique_key");
	o = (struct lq_enqueue_options)LQ_ENQUEUE_OPTIONS_INIT;
	o.backoff_ms = LQ_DEFAULT_BACKOFF_MAX_MS + 1;
	check_refused("h", NULL, &o, -EINVAL, "set both");
	o.backoff_ms = 2;
	o.backoff_max_ms = 1;
	check_refused("h", NULL, &o, -EINVAL, "over backoff_max_ms 1");
}
END_TEST

START_TEST(names_and_texts)
{
	char text[LQ_DESCRIPTION_MAX + 2];

	memset(text, 'x', sizeof(text));
	text[LQ_DESCRIPTION_MAX + 1] = 0;
	REFUSED(description, text, -EMSGSIZE);
	text[LQ_DESCRIPTION_MAX] = 0;
	ACCEPTED(description, text);
	text[LQ_UNIQUE_KEY_MAX + 1] = 0;
	REFUSED(unique_key, text, -EMSGSIZE);
	text[LQ_UNIQUE_KEY_MAX] = 0;
	ACCEPTED(unique_key, text);
	REFUSED(unique_key, "", -EINVAL);
	REFUSED(unique_key, "\xff", -EINVAL);
	REFUSED(description, "\xff", -EINVAL);
	REFUSED(id, "", -EINVAL);
	REFUSED(id, "a:b", -EINVAL);
	REFUSED(queue, "a:b", -EINVAL);
	check_refused("a b", NULL, NULL, -EINVAL, "handler name");
	check_refused(NULL, NULL, NULL, -EINVAL, "handler name");
	text[LQ_NAME_MAX + 1] = 0;
	check_refused(text, NULL, NULL, -EINVAL, "handler name");
}
END_TEST

START_TEST(args)
{
	static char large[LQ_ARGS_MAX];
	struct lq_enqueue_options o = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_made_job job;
	char text[LQ_DESCRIPTION_MAX + 1] = "", key[LQ_UNIQUE_KEY_MAX + 1] = "";

	check_refused("h", lq_pack("x"), NULL, -EINVAL, "'x'");
	check_refused("h", lq_pack("B#", large, sizeof(large)), NULL, -EMSGSIZE, "1 MiB");
	/* Everything at its largest still fits. */
	memset(text, 'x', LQ_DESCRIPTION_MAX);
	memset(key, 'x', LQ_UNIQUE_KEY_MAX);
	o.description = text;
	o.unique_key = key;
	ck_assert_int_eq(make("h", lq_pack("B#", large, sizeof(large) - 5), &o, &job), 0);
	ck_assert_uint_le(job.envelope_size, LQ_ENVELOPE_MAX);
	free(job.envelope);
	/* A value that was unpacked in vain is none the worse. */
	struct lq_value *value = lq_pack("i", 1);
	const char *wrong;
	ck_assert_int_eq(lq_unpack(value, "s", &wrong), -EINVAL);
	ck_assert_int_eq(make("h", value, NULL, &job), 0);
	free(job.envelope);
}
END_TEST

static int read_options(const struct lq_enqueue_options *options)
{
	struct lq_enqueue_options own;

	return lq__options_read(options, &own, words, sizeof(words));
}

START_TEST(struct_sizes)
{
	struct {
		struct lq_enqueue_options known;
		char future[16];
	} newer = { .known = LQ_ENQUEUE_OPTIONS_INIT };
	struct lq_enqueue_options older = LQ_ENQUEUE_OPTIONS_INIT;

	newer.known.size = sizeof(newer);
	ck_assert_int_eq(read_options(&newer.known), 0);
	newer.future[15] = 1;
	ck_assert_int_eq(read_options(&newer.known), -ENOTSUP);
	older.size = offsetof(struct lq_enqueue_options, max_attempts);
	older.max_attempts = -77; /* not part of that older struct */
	ck_assert_int_eq(read_options(&older), 0);
	older.size = 0;
	ck_assert_int_eq(read_options(&older), -EINVAL);
	ck_assert_ptr_nonnull(strstr(words, "LQ_ENQUEUE_OPTIONS_INIT"));
	ck_assert_int_eq(read_options(NULL), 0);
}
END_TEST

CHECK_MAIN("envelope", smallest, every_option, id_and_queue, ranges, special_values, combinations,
	   names_and_texts, args, struct_sizes)
