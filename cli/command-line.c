/* SPDX-License-Identifier: MIT */
/* A command's words and options. */
#include "command-line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ERROR_SIZE 256

enum { COMMON_URL, COMMON_JSON, COMMON_HELP };

const struct option args_common_options[] = {
	[COMMON_URL] = { "url", 'u', OPTION_VALUE, "URL",
			 "the Redis to talk to; @FILE: a file's first line" },
	[COMMON_JSON] = { "json", 0, OPTION_FLAG, NULL, "one JSON object, or one a line" },
	[COMMON_HELP] = { "help", 'h', OPTION_FLAG, NULL, "show help" },
	{ 0 },
};

static const struct option no_options[] = { { 0 } };

struct parser {
	int argc, at;
	char **argv;
	const struct option *options;
	struct args *args;
	char *error;
};

static int fail(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct parser *p, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vsnprintf(p->error, ERROR_SIZE, format, list);
	va_end(list);
	return -EINVAL;
}

static const struct option *find_name(const struct option *options, const char *name, size_t size)
{
	for (; options->name; options++) {
		if (strlen(options->name) == size && memcmp(options->name, name, size) == 0)
			return options;
	}
	return NULL;
}

static const struct option *find_letter(const struct option *options, char letter)
{
	for (; options->name; options++) {
		if (options->letter == letter)
			return options;
	}
	return NULL;
}

static void set_value(struct parser *p, const struct option *option, char *value)
{
	if (option != &args_common_options[COMMON_URL]) {
		p->args->values[option - p->options] = value;
		return;
	}
	/* The one that counts is moved away when all are read. */
	if (p->args->url)
		explicit_bzero(p->args->url, strlen(p->args->url));
	p->args->url = value;
}

static void set_without_value(struct parser *p, const struct option *option)
{
	if (option == &args_common_options[COMMON_JSON])
		p->args->json = true;
	else if (option == &args_common_options[COMMON_HELP])
		p->args->help = true;
	else
		p->args->values[option - p->options] = "";
}

/* The value of an option that needs one: the next argument, whatever it looks like. */
static int take_next(struct parser *p, const struct option *option)
{
	if (p->at >= p->argc)
		return fail(p, "--%s needs a value: --%s %s", option->name, option->name,
			    option->value);
	set_value(p, option, p->argv[p->at++]);
	return 0;
}

static int parse_long(struct parser *p, char *text)
{
	char *equals = strchr(text, '=');
	size_t size = equals ? (size_t)(equals - text) : strlen(text);
	const struct option *option = find_name(p->options, text, size);

	if (!option)
		option = find_name(args_common_options, text, size);
	if (!option)
		return fail(p, "no option --%.*s", size < 64 ? (int)size : 64, text);
	if (equals && option->kind == OPTION_FLAG)
		return fail(p, "--%s takes no value", option->name);
	/* A shell's variable that is empty must not mean "no limit". */
	if (equals && !equals[1] && option->kind == OPTION_OPTIONAL)
		return fail(p, "--%s= is empty: --%s or --%s=%s", option->name, option->name,
			    option->name, option->value);
	if (!equals && option->kind == OPTION_VALUE)
		return take_next(p, option);
	if (equals)
		set_value(p, option, equals + 1);
	else
		set_without_value(p, option);
	return 0;
}

/* "-n", "-nq QUEUE", "-qQUEUE" */
static int parse_letters(struct parser *p, char *text)
{
	for (; *text; text++) {
		const struct option *option = find_letter(p->options, *text);

		if (!option)
			option = find_letter(args_common_options, *text);
		if (!option)
			return fail(p, "no option -%c", *text);
		if (option->kind == OPTION_VALUE && text[1]) {
			set_value(p, option, text + 1);
			return 0;
		}
		if (option->kind == OPTION_VALUE)
			return take_next(p, option);
		set_without_value(p, option);
	}
	return 0;
}

static bool is_word(const char *text)
{
	return text[0] != '-' || text[1] == '\0';
}

static int parse_option(struct parser *p)
{
	char *text = p->argv[p->at++];

	return text[1] == '-' ? parse_long(p, text + 2) : parse_letters(p, text + 1);
}

int args_parse(int argc, char **argv, const struct option *options, struct args *args,
	       char error[static ERROR_SIZE])
{
	struct parser p = {
		.argc = argc,
		.argv = argv,
		.options = options ? options : no_options,
		.args = args,
		.error = error,
	};
	bool only_words = false;

	args->words = argv;
	while (p.at < argc) {
		if (only_words || is_word(argv[p.at])) {
			argv[args->n_words++] = argv[p.at++];
		} else if (strcmp(argv[p.at], "--") == 0) {
			only_words = true;
			p.at++;
		} else {
			int r = parse_option(&p);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

int args_parse_leading(int argc, char **argv, struct args *args, char error[static ERROR_SIZE])
{
	struct parser p = {
		.argc = argc,
		.argv = argv,
		.options = no_options,
		.args = args,
		.error = error,
	};

	while (p.at < argc && !is_word(argv[p.at])) {
		int r;

		if (strcmp(argv[p.at], "--") == 0)
			return p.at + 1;
		r = parse_option(&p);
		if (r < 0)
			return r;
	}
	return p.at;
}
