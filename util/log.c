/* SPDX-License-Identifier: MIT */
/*
 * Events to lines. Whatever comes from outside (a handler's output, Redis's words) is made
 * harmless: no control character and no broken UTF-8 reaches the log. Who does not read it does not
 * stop the program: lines that find no room are left out, and counted.
 */
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "clock.h"
#include "macro.h"
#include "parse.h"

#define LINE_MAX_SIZE (256u * 1024)
#define WAIT_MS 100

static const char *const level_names[LOG_N_LEVELS] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

static struct {
	int fd;
	enum log_format format;
	enum log_level level;
	uint64_t n_lost; /* lines, since the last one that was written */
	bool is_cut;     /* the last one was written in part */
} log_state = { .fd = STDERR_FILENO, .format = LOG_FORMAT_TEXT, .level = LOG_LEVEL_INFO };

void log_setup(int fd, enum log_format format, enum log_level level)
{
	log_state.fd = fd;
	log_state.format = format;
	log_state.level = level;
}

bool log_is_on(enum log_level level)
{
	return level <= log_state.level;
}

int log_level_parse(const char *text, enum log_level *ret_level)
{
	for (int i = 0; i < LOG_N_LEVELS; i++) {
		if (strcmp(text, level_names[i]) == 0) {
			*ret_level = (enum log_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int put(struct buffer *out, const char *text)
{
	return buffer_append(out, text, strlen(text));
}

/* Bytes of the UTF-8 character at text; 0: none begins there. */
static size_t utf8_length(const unsigned char *text, size_t size)
{
	unsigned char first = text[0];
	size_t n = first < 0x80                    ? 1
		   : first >= 0xc2 && first < 0xe0 ? 2
		   : first >= 0xe0 && first < 0xf0 ? 3
		   : first >= 0xf0 && first < 0xf5 ? 4
						   : 0;

	if (n > size)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong forms, surrogates, above U+10FFFF. */
	if ((first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] > 0x9f) ||
	    (first == 0xf0 && text[1] < 0x90) || (first == 0xf4 && text[1] > 0x8f))
		return 0;
	return n;
}

/* The escapes of JSON; in text lines the same, so that a line stays a line. */
static int put_escaped(struct buffer *out, const char *data, size_t size)
{
	const unsigned char *text = (const unsigned char *)data;
	size_t i = 0;
	int r = 0;

	while (i < size && r >= 0) {
		size_t n = utf8_length(text + i, size - i);
		char escape[8];

		if (n == 0) {
			r = put(out, "\xef\xbf\xbd");
			n = 1;
		} else if (text[i] == '"' || text[i] == '\\') {
			(void)snprintf(escape, sizeof(escape), "\\%c", text[i]);
			r = put(out, escape);
		} else if (text[i] < 0x20 || text[i] == 0x7f) {
			(void)snprintf(escape, sizeof(escape), "\\u%04x", text[i]);
			r = put(out, escape);
		} else {
			r = buffer_append(out, text + i, n);
		}
		i += n;
	}
	return r;
}

static int put_quoted(struct buffer *out, const char *data, size_t size)
{
	int r = put(out, "\"");

	if (r >= 0)
		r = put_escaped(out, data, size);
	return r < 0 ? r : put(out, "\"");
}

static bool is_plain(const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)data[i];
		if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=')
			return false;
	}
	return size > 0;
}

static int put_value(struct buffer *out, enum log_format format, const struct log_field *field)
{
	char number[32];

	if (!field->text) {
		(void)snprintf(number, sizeof(number), "%" PRId64, field->number);
		return put(out, number);
	}
	size_t size = field->size == SIZE_MAX ? strlen(field->text) : field->size;
	if (format == LOG_FORMAT_TEXT && is_plain(field->text, size))
		return buffer_append(out, field->text, size);
	return put_quoted(out, field->text, size);
}

static int put_field(struct buffer *out, enum log_format format, const struct log_field *field)
{
	int r;

	if (format == LOG_FORMAT_JSON) {
		r = put(out, ",");
		if (r >= 0)
			r = put_quoted(out, field->key, strlen(field->key));
		if (r >= 0)
			r = put(out, ":");
	} else {
		r = put(out, " ");
		if (r >= 0)
			r = put(out, field->key);
		if (r >= 0)
			r = put(out, "=");
	}
	return r < 0 ? r : put_value(out, format, field);
}

static int put_head(struct buffer *out, enum log_format format, int64_t when_ms,
		    enum log_level level, const char *event)
{
	char time[FORMAT_TIME_SIZE], head[96];
	bool is_json = format == LOG_FORMAT_JSON;

	(void)snprintf(head, sizeof(head),
		       is_json ? "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"" : "%s %s ",
		       format_time_ms(when_ms, time), level_names[level]);
	int r = put(out, head);
	if (r >= 0)
		r = put_escaped(out, event, strlen(event));
	return r >= 0 && is_json ? put(out, "\"") : r;
}

/* NOLINTNEXTLINE(readability-function-size): all that a line is made of. */
int log_format_line(struct buffer *out, enum log_format format, int64_t when_ms,
		    enum log_level level, const char *event, const struct log_field *fields,
		    size_t n)
{
	int r = put_head(out, format, when_ms, level, event);

	for (size_t i = 0; i < n && r >= 0; i++)
		r = put_field(out, format, &fields[i]);
	return r < 0 ? r : put(out, format == LOG_FORMAT_JSON ? "}\n" : "\n");
}

/* A slow reader is waited for; one that does not read at all, only once. */
static bool is_writable(void)
{
	struct pollfd fd = { .fd = log_state.fd, .events = POLLOUT };

	return poll(&fd, 1, log_state.n_lost > 0 ? 0 : WAIT_MS) > 0;
}

/* False: nobody reads. A pipe with room, as poll() has it, takes PIPE_BUF bytes without blocking.
 */
static bool write_all(const uint8_t *data, size_t size)
{
	while (size > 0) {
		if (!is_writable())
			return false;
		ssize_t n = write(log_state.fd, data, MIN(size, (size_t)PIPE_BUF));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return errno != EAGAIN; /* There is nobody left to tell. */
		log_state.is_cut = true;
		data += n;
		size -= (size_t)n;
	}
	log_state.is_cut = false;
	return true;
}

static bool emit(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	_cleanup_(buffer_fini) struct buffer line = BUFFER_INIT(LINE_MAX_SIZE);
	int r = log_state.is_cut ? put(&line, "\n") : 0;

	if (r >= 0)
		r = log_format_line(&line, log_state.format, clock_realtime_ms(), level, event,
				    fields, n);
	return r < 0 || write_all(buffer_begin(&line), buffer_size(&line));
}

static void tell_lost(void)
{
	const struct log_field field = LOG_NUMBER("n", log_state.n_lost);

	if (emit(LOG_LEVEL_WARNING, "log lines are left out: they were not read", &field, 1))
		log_state.n_lost = 0;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	if (!log_is_on(level))
		return;
	if (log_state.n_lost > 0)
		tell_lost();
	if (log_state.n_lost > 0 || !emit(level, event, fields, n))
		log_state.n_lost++;
}
