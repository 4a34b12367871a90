/* SPDX-License-Identifier: MIT */
/*
 * A Redis URL, taken apart.
 *
 * No word of a refusal is quoted from the URL: where one forgets to encode a password, any
 * part of it may be the password.
 */
#pragma once

#include "keys.h"

#include <stdbool.h>
#include <stddef.h>

struct lq__url {
	bool is_unix;
	char *host; /* or the path of the socket */
	char port[8];
	char *user, *password; /* NULL: none */
	int db;
	char prefix[LQ__PREFIX_MAX + 1];
	char *display; /* for people: no user, no password, no prefix */
};

/* 0, -EINVAL, -ENOTSUP, -ENOMEM: then the words are in error_text and *ret is empty. */
int lq__url_parse(const char *text, struct lq__url *ret, char *error_text, size_t size);
void lq__url_fini(struct lq__url *url);

/* Covers the password, wherever it stands in a text that came from elsewhere. */
void lq__url_mask(const struct lq__url *url, char *text);
