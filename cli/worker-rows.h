/* SPDX-License-Identifier: MIT */
/* Workers, as JSON or in a table. */
#pragma once

#include <jansson.h>
#include <libqueue/inspect.h>

json_t *worker_to_json(const struct lq_worker_info *worker);
/* has_head: for a script too. */
void worker_rows_print(const struct lq_workers *list, bool has_head);
