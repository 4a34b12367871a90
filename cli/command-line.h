/* SPDX-License-Identifier: MIT */
/* A command's words and options. Options may stand anywhere before "--"; the last one of a name
 * counts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum option_kind {
	OPTION_FLAG,
	OPTION_VALUE,    /* --name VALUE, --name=VALUE */
	OPTION_OPTIONAL, /* --name, --name=VALUE */
};

struct option {
	const char *name;
	char letter; /* 0: none */
	enum option_kind kind;
	const char *value; /* what help calls its value; NULL for a flag */
	const char *help;
};

#define OPTIONS_MAX 16

struct args {
	/* By place in the command's table. NULL: not given; "": given without a value. */
	const char *values[OPTIONS_MAX];
	char *url; /* -u; NULL: not given */
	bool json, help;
	char **words;
	size_t n_words;
};

/* The options of every command, for help; a record without a name ends it. */
extern const struct option args_common_options[];

/*
 * Reads argv[0..argc): moves the words to its front. options ends with a record without a name.
 * 0, or -EINVAL: error has the words.
 */
int args_parse(int argc, char **argv, const struct option *options, struct args *args,
	       char error[static 256]);

/* Reads only what may stand before the command; returns the place of the first word (argc: none),
 * or -EINVAL. */
int args_parse_leading(int argc, char **argv, struct args *args, char error[static 256]);
