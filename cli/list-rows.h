/* SPDX-License-Identifier: MIT */
/* Rows of a listing, as JSON lines or in a table. */
#pragma once

#include <libqueue/inspect.h>

#include "output-table.h"

void list_rows_init(struct table *t, enum lq_job_state state);
/* A line of JSON, or a row of t. */
void list_rows_add(struct table *t, const char *queue, const struct lq_job_row *row);
