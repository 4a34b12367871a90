/* SPDX-License-Identifier: MIT */
/*
 * The messages of wire.h as tables of their fields: one description of each, which both
 * encodes and decodes it, so that the two cannot disagree.
 */
#pragma once

#include "wire.h"

#include <stdbool.h>
#include <stddef.h>

enum wire_field_kind {
	WIRE_FIELD_NUMBER,  /* of any sign: all its bytes travel */
	WIRE_FIELD_BOOL,    /* 0 or 1 and nothing else */
	WIRE_FIELD_VERDICT, /* below WIRE_N_VERDICTS */
	WIRE_FIELD_TEXT,
	WIRE_FIELD_BYTES,
};

struct wire_field {
	enum wire_field_kind kind;
	size_t offset;
	size_t width;       /* numbers: bytes */
	size_t size_offset; /* bytes: where their size_t is */
};

struct wire_layout {
	const struct wire_field *fields;
	size_t n;
	bool is_known; /* a message without fields is one, a hole in the table is none */
};

/* NULL: no message has this type. */
const struct wire_layout *wire_layout_of(unsigned int type);
