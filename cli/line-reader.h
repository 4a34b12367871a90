/* SPDX-License-Identifier: MIT */
/* Lines from a descriptor, each up to a limit; a longer one is skipped and told. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

enum line_outcome {
	LINE_END,      /* no more */
	LINE_READY,    /* *ret_line, without its end, until the next call */
	LINE_TOO_LONG, /* that line was skipped */
	LINE_PAUSE,    /* nothing has come: only if the caller does not want to block */
};

struct line_reader {
	int fd; /* borrowed */
	struct buffer buffer;
	size_t max;      /* of a line */
	size_t n_used;   /* bytes of the line given out last */
	size_t n_looked; /* bytes known to hold no line's end */
	bool is_skipping, has_ended;
};

void line_reader_init(struct line_reader *r, int fd, size_t max);
void line_reader_fini(struct line_reader *r);
/* A line_outcome, or a negative errno. */
int line_reader_next(struct line_reader *r, bool may_block, const char **ret_line,
		     size_t *ret_size);
