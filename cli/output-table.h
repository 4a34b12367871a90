/* SPDX-License-Identifier: MIT */
/*
 * Rows in columns. For a terminal they are gathered, aligned under a heading and cut to
 * its width; for a script each row is a line of its cells with a tab between, "-" for an
 * empty one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

#define TABLE_COLUMNS_MAX 12

struct column {
	const char *head; /* NULL ends the columns */
	bool is_right;    /* numbers */
};

struct cell {
	char *text; /* owned */
	enum output_style style;
};

struct table {
	const struct column *columns;
	size_t n_columns;
	bool has_head; /* in plain mode too: more than one table is written */
	struct cell *cells;
	size_t n_cells, capacity;
};

void table_init(struct table *t, const struct column *columns);
void table_fini(struct table *t);
/* The next cell of the row; NULL or "" is an empty one. */
void table_cell(struct table *t, enum output_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void table_empty_cell(struct table *t);
/* Writes what has been gathered. */
void table_print(struct table *t);
