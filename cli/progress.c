/* SPDX-License-Identifier: MIT */
/* A line on the terminal about work that takes long. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

#define STEP_MS 200

void progress_step(struct progress *p, int64_t done)
{
	int64_t now_ms = clock_monotonic_ms();

	if (!isatty(STDERR_FILENO) || now_ms - p->shown_at_ms < STEP_MS)
		return;
	p->shown_at_ms = now_ms;
	/* The number never gets shorter, so that each line covers the one before. */
	p->width = fprintf(stderr, "\r%s %" PRId64 " of %" PRId64, p->what, done, p->total) - 1;
}

void progress_end(struct progress *p)
{
	if (p->width > 0)
		(void)fprintf(stderr, "\r%*s\r", p->width, "");
	p->width = 0;
}
