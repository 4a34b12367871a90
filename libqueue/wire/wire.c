/* SPDX-License-Identifier: MIT */
/* Messages to frames and back, as their layouts say. */
#include "wire.h"

#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "frame.h"
#include "wire-layout.h"

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

static void put_field(struct frame_writer *w, const struct wire_field *f, const char *message)
{
	const void *at = message + f->offset;

	switch (f->kind) {
	case WIRE_FIELD_NUMBER:
	case WIRE_FIELD_BOOL:
	case WIRE_FIELD_VERDICT:
		frame_put_number(w, number_at(at, f->width), f->width);
		break;
	case WIRE_FIELD_TEXT:
		frame_put_text(w, *(const char *const *)at);
		break;
	case WIRE_FIELD_BYTES:
		frame_put_bytes(w, *(const void *const *)at,
				*(const size_t *)(const void *)(message + f->size_offset));
		break;
	}
}

static void get_number(struct frame_reader *r, const struct wire_field *f, void *at)
{
	uint64_t value = frame_get_number(r, f->width);

	if (f->kind == WIRE_FIELD_BOOL && value > 1)
		r->is_bad = true;
	else if (f->kind == WIRE_FIELD_VERDICT && value >= WIRE_N_VERDICTS)
		r->is_bad = true;
	else
		number_set(at, value, f->width);
}

static void get_field(struct frame_reader *r, const struct wire_field *f, char *message)
{
	void *at = message + f->offset;

	switch (f->kind) {
	case WIRE_FIELD_NUMBER:
	case WIRE_FIELD_BOOL:
	case WIRE_FIELD_VERDICT:
		get_number(r, f, at);
		break;
	case WIRE_FIELD_TEXT:
		*(const char **)at = frame_get_text(r);
		break;
	case WIRE_FIELD_BYTES:
		*(const void **)at =
			frame_get_bytes(r, (size_t *)(void *)(message + f->size_offset));
		break;
	}
}

static int put(struct buffer *out, enum wire_type type, const void *message)
{
	const struct wire_layout *layout = wire_layout_of(type);
	struct frame_writer w;

	frame_begin(&w, out, (uint8_t)type);
	for (size_t i = 0; i < layout->n; i++)
		put_field(&w, &layout->fields[i], message);
	return frame_end(&w, WIRE_FRAME_MAX);
}

int64_t wire_parse(const void *data, size_t size, size_t max, struct wire_message *ret_message)
{
	struct wire_message message = { 0 };
	const struct wire_layout *layout;
	struct frame_reader fields;
	uint8_t type;

	int64_t length = frame_split(data, size, max, &type, &fields);
	if (length <= 0)
		return length;
	layout = wire_layout_of(type);
	if (!layout)
		return -EPROTO;
	message.type = (enum wire_type)type;
	for (size_t i = 0; i < layout->n; i++)
		get_field(&fields, &layout->fields[i], (char *)&message.job);
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
