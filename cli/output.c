/* SPDX-License-Identifier: MIT */
/* What goes to stdout: for a terminal, for a script, or JSON. */
#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json-msgpack.h"
#include "parse.h"

static struct {
	enum output_mode mode;
	bool has_colour;
	bool can_clear; /* a terminal that knows more than lines */
	int gone_code;
} output;

static const char *const sequences[N_STYLES] = {
	[STYLE_NONE] = "",        [STYLE_HEAD] = "\033[1m",  [STYLE_GOOD] = "\033[32m",
	[STYLE_BAD] = "\033[31m", [STYLE_BUSY] = "\033[36m",
};

void output_init(bool json)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	output.mode = json ? OUTPUT_JSON : isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_PLAIN;
	output.can_clear =
		output.mode == OUTPUT_TABLE && term && *term && strcmp(term, "dumb") != 0;
	output.has_colour = output.can_clear && !(no_color && *no_color);
}

enum output_mode output_mode(void)
{
	return output.mode;
}

void output_set_gone_code(int code)
{
	output.gone_code = code;
}

static _Noreturn void end(int error)
{
	if (error == EPIPE)
		_exit(output.gone_code);
	(void)fprintf(stderr, "lq: the output could not be written: %s\n", strerror(error));
	_exit(EXIT_FAILURE);
}

void output_flush(void)
{
	if (fflush(stdout) != 0)
		end(errno);
	if (ferror(stdout))
		end(EIO);
}

void output_end_without_memory(void)
{
	(void)fputs("lq: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

const char *output_begin(enum output_style style)
{
	return output.has_colour ? sequences[style] : "";
}

const char *output_end(enum output_style style)
{
	return output.has_colour && style != STYLE_NONE ? "\033[0m" : "";
}

void output_line(const char *format, ...)
{
	va_list list;
	int r;

	va_start(list, format);
	r = vprintf(format, list);
	va_end(list);
	if (r < 0 || putchar('\n') == EOF)
		end(errno);
}

void output_json(json_t *object)
{
	char *text = object ? json_format(object, JSON_COMPACT) : NULL;

	json_decref(object);
	if (!text)
		output_end_without_memory();
	output_line("%s", text);
	free(text);
}

void output_between_looks(bool is_first)
{
	if (output.can_clear)
		(void)fputs("\033[H\033[2J", stdout);
	else if (!is_first && output.mode != OUTPUT_JSON)
		output_line("%s", "");
}

void output_clean(char *text)
{
	unsigned char *p = (unsigned char *)text;

	/* C1 controls are two bytes in UTF-8: 0xc2, then 0x80 to 0x9f. */
	for (; *p; p++) {
		if (*p < ' ' || *p == 0x7f)
			*p = ' ';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			*p = ' ', p[1] = ' ';
	}
}

void output_set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) < 0)
		output_end_without_memory();
}

void output_set_text(json_t *object, const char *name, const char *text)
{
	json_t *value;

	if (!text)
		return;
	value = json_string(text);
	/* Text that is not UTF-8 (a tail of stderr) keeps what JSON can hold. */
	if (!value) {
		char *ascii = strdup(text);

		for (unsigned char *p = (unsigned char *)ascii; p && *p; p++)
			*p = *p < 0x80 ? *p : '?';
		value = ascii ? json_string(ascii) : NULL;
		free(ascii);
	}
	output_set(object, name, value);
}

void output_set_number(json_t *object, const char *name, int64_t number)
{
	if (number >= 0)
		output_set(object, name, json_integer(number));
}

void output_set_time(json_t *object, const char *name, int64_t unix_ms)
{
	char text[FORMAT_TIME_SIZE];

	if (unix_ms >= 0)
		output_set_text(object, name, format_time_ms(unix_ms, text));
}

void output_set_token(json_t *object, const char *name, uint64_t token)
{
	char digits[24];

	if (token <= INT64_MAX) {
		output_set(object, name, json_integer((json_int_t)token));
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%" PRIu64, token);
	output_set_text(object, name, digits);
}
