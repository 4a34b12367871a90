/* SPDX-License-Identifier: MIT */
/* Rows in columns. */
#include "output-table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "macro.h"

#define GAP 2

void table_init(struct table *t, const struct column *columns)
{
	*t = (struct table){ .columns = columns };
	while (columns[t->n_columns].head)
		t->n_columns++;
	assert(t->n_columns > 0 && t->n_columns <= TABLE_COLUMNS_MAX);
}

static void clear(struct table *t)
{
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i].text);
	t->n_cells = 0;
}

void table_fini(struct table *t)
{
	clear(t);
	free(t->cells);
	t->cells = NULL;
	t->capacity = 0;
}

static void add(struct table *t, enum output_style style, char *text)
{
	if (t->n_cells == t->capacity) {
		size_t capacity = MAX((size_t)64, t->capacity * 2);
		struct cell *cells = reallocarray(t->cells, capacity, sizeof(*cells));

		if (!cells)
			output_end_without_memory();
		t->cells = cells;
		t->capacity = capacity;
	}
	output_clean(text);
	t->cells[t->n_cells++] = (struct cell){ text, style };
}

void table_cell(struct table *t, enum output_style style, const char *format, ...)
{
	va_list list;
	char *text;
	int r;

	va_start(list, format);
	r = vasprintf(&text, format, list);
	va_end(list);
	if (r < 0)
		output_end_without_memory();
	add(t, style, text);
}

void table_empty_cell(struct table *t)
{
	table_cell(t, STYLE_NONE, "%s", "");
}

/* Code points, which is what one column of a terminal holds for nearly all text. */
static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

static void cut_to_width(char *text, size_t width)
{
	for (size_t n = 0; *text; text++) {
		n += ((unsigned char)*text & 0xc0) != 0x80;
		if (n > width) {
			*text = '\0';
			return;
		}
	}
}

static void print_cell(const struct table *t, size_t column, const struct cell *cell,
		       const size_t *widths)
{
	bool is_last = column + 1 == t->n_columns;
	int pad = (int)(widths[column] - MIN(widths[column], width_of(cell->text)));
	bool is_right = t->columns[column].is_right;

	(void)printf("%*s%s%s%s", is_right ? pad : 0, "", output_begin(cell->style), cell->text,
		     output_end(cell->style));
	if (is_last)
		(void)putchar('\n');
	else
		(void)printf("%*s", GAP + (is_right ? 0 : pad), "");
}

static void measure(const struct table *t, size_t *widths)
{
	size_t left = terminal_width();

	for (size_t i = 0; i < t->n_columns; i++)
		widths[i] = width_of(t->columns[i].head);
	for (size_t i = 0; i < t->n_cells; i++)
		widths[i % t->n_columns] =
			MAX(widths[i % t->n_columns], width_of(t->cells[i].text));
	for (size_t i = 0; i + 1 < t->n_columns; i++)
		left -= MIN(left, widths[i] + GAP);
	/* Where not even the heading fits, lines wrap. */
	if (left >= width_of(t->columns[t->n_columns - 1].head))
		widths[t->n_columns - 1] = MIN(widths[t->n_columns - 1], left);
}

static void print_aligned(struct table *t)
{
	size_t widths[TABLE_COLUMNS_MAX];

	measure(t, widths);
	for (size_t i = 0; i < t->n_columns; i++) {
		char head[32];
		struct cell cell = { head, STYLE_HEAD };

		(void)snprintf(head, sizeof(head), "%s", t->columns[i].head);
		print_cell(t, i, &cell, widths);
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t column = i % t->n_columns;

		if (column + 1 == t->n_columns)
			cut_to_width(t->cells[i].text, widths[column]);
		print_cell(t, column, &t->cells[i], widths);
	}
}

static void print_plain(const struct table *t)
{
	for (size_t i = 0; t->has_head && i < t->n_columns; i++)
		(void)printf("%s%c", t->columns[i].head, i + 1 < t->n_columns ? '\t' : '\n');
	for (size_t i = 0; i < t->n_cells; i++)
		(void)printf("%s%c", *t->cells[i].text ? t->cells[i].text : "-",
			     (i + 1) % t->n_columns ? '\t' : '\n');
}

void table_print(struct table *t)
{
	assert(t->n_columns > 0 && t->n_cells % t->n_columns == 0);
	if (output_mode() == OUTPUT_TABLE)
		print_aligned(t);
	else
		print_plain(t);
	clear(t);
	output_flush();
}
