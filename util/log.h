/* SPDX-License-Identifier: MIT */
/*
 * The log of a program: one event a line on stderr, as text or as JSON. An event is
 * a few words and fields:
 *
 *   log_info("ready", LOG_TEXT("name", name), LOG_NUMBER("runners", 8));
 *   2026-11-24T16:00:00.000Z info ready name=web1 runners=8
 *   {"time":"2026-11-24T16:00:00.000Z","level":"info","event":"ready","name":"web1","runners":8}
 *
 * State of the process, hence of one thread; set up once at the start.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
	LOG_N_LEVELS
};
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct log_field {
	const char *key;
	const char *text; /* NULL: it is a number */
	size_t size;      /* of text; SIZE_MAX: it is terminated */
	int64_t number;
};

#define LOG_TEXT(key_, text_) ((struct log_field){ (key_), (text_), SIZE_MAX, 0 })
#define LOG_BYTES(key_, data_, size_) ((struct log_field){ (key_), (data_), (size_), 0 })
#define LOG_NUMBER(key_, number_) ((struct log_field){ (key_), NULL, 0, (int64_t)(number_) })

void log_setup(int fd, enum log_format format, enum log_level level);
bool log_is_on(enum log_level level);
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n);

/* The line that log_write() writes, with its newline: 0 or -ENOMEM, -EMSGSIZE. */
int log_format_line(struct buffer *out, enum log_format format, int64_t when_ms,
		    enum log_level level, const char *event, const struct log_field *fields,
		    size_t n);

/* "error", "warning", "info", "debug". 0 or -EINVAL. */
int log_level_parse(const char *text, enum log_level *ret_level);

#define LOG__FIELDS(...) ((const struct log_field[]){ __VA_ARGS__ })
#define LOG__EVENT(level, event, ...)                         \
	log_write((level), (event), LOG__FIELDS(__VA_ARGS__), \
		  sizeof(LOG__FIELDS(__VA_ARGS__)) / sizeof(struct log_field))
#define log_error(...) LOG__EVENT(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) LOG__EVENT(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) LOG__EVENT(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) LOG__EVENT(LOG_LEVEL_DEBUG, __VA_ARGS__)
