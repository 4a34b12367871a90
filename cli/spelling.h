/* SPDX-License-Identifier: MIT */
/* How names and ids are spelled: the library says so too, but only when it is called. */
#pragma once

#include <stdbool.h>

bool word_is_queue(const char *text);
bool word_is_handler(const char *text);
bool word_is_id(const char *text);

/* The text as an error repeats it: not if it is a URL in a wrong place, which may hold a password.
 */
const char *word_shown(const char *text);

/* Formats of what to say where one is not; each takes word_shown() of the text. */
#define WORD_NO_QUEUE \
	"no queue can be named \"%.140s\": 1 to 128 of [A-Za-z0-9_.-], the first one no '-'"
#define WORD_NO_HANDLER \
	"no handler can be named \"%.140s\": 1 to 128 of [A-Za-z0-9_.:-], the first one no '-'"
#define WORD_NO_ID \
	"no job can have the id \"%.140s\": 1 to 128 of [A-Za-z0-9_.-], the first one no '-'"
