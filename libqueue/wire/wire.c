/* SPDX-License-Identifier: MIT */
/*
 * The messages of wire.h as tables of their fields: one description of each, which both
 * encodes and decodes it, so that the two cannot disagree.
 */
#include "wire.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "frame.h"
#include "macro.h"

enum field_kind {
	FIELD_NUMBER,  /* of any sign: all its bytes travel */
	FIELD_BOOL,    /* 0 or 1 and nothing else */
	FIELD_VERDICT, /* below WIRE_N_VERDICTS */
	FIELD_TEXT,
	FIELD_BYTES,
};

struct field {
	enum field_kind kind;
	size_t offset;
	size_t width;       /* numbers: bytes */
	size_t size_offset; /* bytes: where their size_t is */
};

#define MEMBER_SIZE(type, member) sizeof(((type *)NULL)->member)
#define NUMBER(type, member)                                                       \
	{                                                                          \
		FIELD_NUMBER, offsetof(type, member), MEMBER_SIZE(type, member), 0 \
	}
#define BOOL(type, member)                               \
	{                                                \
		FIELD_BOOL, offsetof(type, member), 1, 0 \
	}
#define VERDICT(type, member)                               \
	{                                                   \
		FIELD_VERDICT, offsetof(type, member), 1, 0 \
	}
#define TEXT(type, member)                               \
	{                                                \
		FIELD_TEXT, offsetof(type, member), 0, 0 \
	}
#define BYTES(type, member)                                                           \
	{                                                                             \
		FIELD_BYTES, offsetof(type, member), 0, offsetof(type, member##_size) \
	}

static const struct field job_fields[] = {
	NUMBER(struct wire_job, seq),        NUMBER(struct wire_job, claim),
	NUMBER(struct wire_job, attempt),    NUMBER(struct wire_job, max_attempts),
	NUMBER(struct wire_job, timeout_ms), TEXT(struct wire_job, queue),
	TEXT(struct wire_job, id),           TEXT(struct wire_job, handler),
	BYTES(struct wire_job, args),
};

static const struct field outcome_fields[] = {
	NUMBER(struct wire_outcome, seq),        VERDICT(struct wire_outcome, verdict),
	NUMBER(struct wire_outcome, error),      NUMBER(struct wire_outcome, delay_ms),
	NUMBER(struct wire_outcome, user_us),    NUMBER(struct wire_outcome, system_us),
	NUMBER(struct wire_outcome, max_rss_kb), NUMBER(struct wire_outcome, n_children),
	TEXT(struct wire_outcome, message),      BYTES(struct wire_outcome, result),
};

static const struct field child_fields[] = {
	TEXT(struct wire_child, queue),           TEXT(struct wire_child, id),
	NUMBER(struct wire_child, delay_ms),      NUMBER(struct wire_child, run_at_ms),
	BOOL(struct wire_child, front),           TEXT(struct wire_child, unique_key),
	NUMBER(struct wire_child, unique_ttl_ms), BYTES(struct wire_child, envelope),
};

static const struct field handler_fields[] = {
	TEXT(struct wire_handler, name),
	NUMBER(struct wire_handler, timeout_ms),
	NUMBER(struct wire_handler, max_attempts),
	BOOL(struct wire_handler, sensitive),
};

static const struct field runner_fields[] = {
	NUMBER(struct wire_runner, generation),
	NUMBER(struct wire_runner, pid),
};

static const struct field exited_fields[] = {
	NUMBER(struct wire_exited, generation), NUMBER(struct wire_exited, status),
	NUMBER(struct wire_exited, user_us),    NUMBER(struct wire_exited, system_us),
	NUMBER(struct wire_exited, max_rss_kb), NUMBER(struct wire_exited, n_killed),
};

static const struct field signal_fields[] = {
	NUMBER(struct wire_signal, generation),
	NUMBER(struct wire_signal, signo),
};

static const struct field number_fields[] = { { FIELD_NUMBER, 0, sizeof(uint32_t), 0 } };
static const struct field text_fields[] = { { FIELD_TEXT, 0, 0, 0 } };

struct layout {
	const struct field *fields;
	size_t n;
	bool is_known;
};

#define LAYOUT(fields_)                            \
	{                                          \
		fields_, ARRAY_SIZE(fields_), true \
	}

static const struct layout layouts[] = {
	[WIRE_JOB] = LAYOUT(job_fields),         [WIRE_READY] = LAYOUT(number_fields),
	[WIRE_OUTCOME] = LAYOUT(outcome_fields), [WIRE_CHILD] = LAYOUT(child_fields),
	[WIRE_HELLO] = LAYOUT(number_fields),    [WIRE_HANDLER] = LAYOUT(handler_fields),
	[WIRE_LOADED] = { NULL, 0, true },       [WIRE_RUNNER] = LAYOUT(runner_fields),
	[WIRE_EXITED] = LAYOUT(exited_fields),   [WIRE_FAILED] = LAYOUT(text_fields),
	[WIRE_NOTE] = LAYOUT(text_fields),       [WIRE_WANT] = LAYOUT(number_fields),
	[WIRE_SIGNAL] = LAYOUT(signal_fields),   [WIRE_KILL] = LAYOUT(signal_fields),
};

static uint64_t number_at(const void *at, size_t width)
{
	uint32_t narrow;
	uint64_t wide;

	if (width == 1)
		return *(const uint8_t *)at;
	if (width == sizeof(narrow)) {
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, at, sizeof(wide));
	return wide;
}

static void number_set(void *at, uint64_t value, size_t width)
{
	uint32_t narrow = (uint32_t)value;

	if (width == 1)
		*(uint8_t *)at = (uint8_t)value;
	else if (width == sizeof(narrow))
		memcpy(at, &narrow, sizeof(narrow));
	else
		memcpy(at, &value, sizeof(value));
}

static void put_field(struct frame_writer *w, const struct field *f, const char *message)
{
	const void *at = message + f->offset;

	switch (f->kind) {
	case FIELD_NUMBER:
	case FIELD_BOOL:
	case FIELD_VERDICT:
		frame_put_number(w, number_at(at, f->width), f->width);
		break;
	case FIELD_TEXT:
		frame_put_text(w, *(const char *const *)at);
		break;
	case FIELD_BYTES:
		frame_put_bytes(w, *(const void *const *)at,
				*(const size_t *)(const void *)(message + f->size_offset));
		break;
	}
}

static void get_number(struct frame_reader *r, const struct field *f, void *at)
{
	uint64_t value = frame_get_number(r, f->width);

	if (f->kind == FIELD_BOOL && value > 1)
		r->is_bad = true;
	else if (f->kind == FIELD_VERDICT && value >= WIRE_N_VERDICTS)
		r->is_bad = true;
	else
		number_set(at, value, f->width);
}

static void get_field(struct frame_reader *r, const struct field *f, char *message)
{
	void *at = message + f->offset;

	switch (f->kind) {
	case FIELD_NUMBER:
	case FIELD_BOOL:
	case FIELD_VERDICT:
		get_number(r, f, at);
		break;
	case FIELD_TEXT:
		*(const char **)at = frame_get_text(r);
		break;
	case FIELD_BYTES:
		*(const void **)at =
			frame_get_bytes(r, (size_t *)(void *)(message + f->size_offset));
		break;
	}
}

static int put(struct buffer *out, enum wire_type type, const void *message)
{
	const struct layout *layout = &layouts[type];
	struct frame_writer w;

	frame_begin(&w, out, (uint8_t)type);
	for (size_t i = 0; i < layout->n; i++)
		put_field(&w, &layout->fields[i], message);
	return frame_end(&w, WIRE_FRAME_MAX);
}

int64_t wire_parse(const void *data, size_t size, size_t max, struct wire_message *ret_message)
{
	struct wire_message message = { 0 };
	struct frame_reader fields;
	uint8_t type;

	int64_t length = frame_split(data, size, max, &type, &fields);
	if (length <= 0)
		return length;
	if (type >= ARRAY_SIZE(layouts) || !layouts[type].is_known)
		return -EPROTO;
	message.type = (enum wire_type)type;
	for (size_t i = 0; i < layouts[type].n; i++)
		get_field(&fields, &layouts[type].fields[i], (char *)&message.job);
	if (fields.is_bad || fields.at != fields.end)
		return -EPROTO;
	*ret_message = message;
	return length;
}

int wire_put_job(struct buffer *out, const struct wire_job *job)
{
	return put(out, WIRE_JOB, job);
}

int wire_put_ready(struct buffer *out, int32_t error)
{
	return put(out, WIRE_READY, &error);
}

int wire_put_outcome(struct buffer *out, const struct wire_outcome *outcome)
{
	return put(out, WIRE_OUTCOME, outcome);
}

int wire_put_child(struct buffer *out, const struct wire_child *child)
{
	return put(out, WIRE_CHILD, child);
}

int wire_put_hello(struct buffer *out)
{
	uint32_t abi = WIRE_ABI;

	return put(out, WIRE_HELLO, &abi);
}

int wire_put_handler(struct buffer *out, const struct wire_handler *handler)
{
	return put(out, WIRE_HANDLER, handler);
}

int wire_put_loaded(struct buffer *out)
{
	return put(out, WIRE_LOADED, NULL);
}

int wire_put_runner(struct buffer *out, const struct wire_runner *runner)
{
	return put(out, WIRE_RUNNER, runner);
}

int wire_put_exited(struct buffer *out, const struct wire_exited *exited)
{
	return put(out, WIRE_EXITED, exited);
}

int wire_put_text(struct buffer *out, enum wire_type type, const char *text)
{
	return put(out, type, &text);
}

int wire_put_want(struct buffer *out, uint32_t n)
{
	return put(out, WIRE_WANT, &n);
}

int wire_put_signal(struct buffer *out, enum wire_type type, const struct wire_signal *signal)
{
	return put(out, type, signal);
}
