/* SPDX-License-Identifier: MIT */
/*
 * What goes to stdout: for a terminal, for a script, or JSON.
 *
 * Whoever reads may go away (`| head`): that ends the program silently. Text that comes from
 * jobs and servers is cleaned of control characters before it is shown.
 */
#pragma once

#include <jansson.h>
#include <libqueue/libqueue.h>
#include <stdbool.h>
#include <stdint.h>

enum output_mode {
	OUTPUT_TABLE, /* a terminal reads */
	OUTPUT_PLAIN,
	OUTPUT_JSON,
};

enum output_style { STYLE_NONE, STYLE_HEAD, STYLE_GOOD, STYLE_BAD, STYLE_BUSY, N_STYLES };

void output_init(bool json);
enum output_mode output_mode(void);

/* The exit code when the reader has gone away; 0 until set. */
void output_set_gone_code(int code);
/* Ends the program if what was written cannot get out. */
void output_flush(void);

_Noreturn void output_end_without_memory(void);

/* The sequences around text of a style; "" where there is no colour. */
const char *output_begin(enum output_style style);
const char *output_end(enum output_style style);

void output_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line of JSON; consumes object. NULL (no memory) ends the program. */
void output_json(json_t *object);

/* What stands between one look and the next: on a terminal nothing of the old one. */
void output_between_looks(bool is_first);

/* Replaces control characters by blanks, in place. */
void output_clean(char *text);

/* Adds a member unless it does not apply: NULL, or below 0. */
void output_set_text(json_t *object, const char *name, const char *text);
void output_set_number(json_t *object, const char *name, int64_t number);
void output_set_time(json_t *object, const char *name, int64_t unix_ms);
/* As msgpack's unsigned numbers: above 2^63-1 a string of digits. */
void output_set_token(json_t *object, const char *name, uint64_t token);
void output_set(json_t *object, const char *name, json_t *value); /* consumes value */
