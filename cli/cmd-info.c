/* SPDX-License-Identifier: MIT */
/* lq info: how the queues and the workers are doing. */
#include <poll.h>

#include "cleanup.h"
#include "command-context.h"
#include "look.h"
#include "words.h"

#define WATCH_DEFAULT_MS 2000
#define WATCH_MAX_MS 3600000

enum { OPT_WATCH };

static const struct option options[] = {
	[OPT_WATCH] = { "watch", 0, OPTION_OPTIONAL, "D", "look again and again, with rates; 2s" },
	{ 0 },
};

static int watch(struct context *c, int interval_ms)
{
	_cleanup_(look_fini) struct look before = { 0 };
	bool is_first = true;

	for (;;) {
		_cleanup_(look_fini) struct look look = { 0 };
		int r = look_take(c, &look);

		if (r != 0)
			return r;
		output_between_looks(is_first);
		look_print(&look, true, is_first ? NULL : &before);
		output_flush();
		look_fini(&before);
		before = look;
		look = (struct look){ 0 };
		is_first = false;
		(void)poll(NULL, 0, interval_ms);
	}
}

static int run(struct context *c)
{
	const char *text = c->args.values[OPT_WATCH];
	int64_t interval_ms = WATCH_DEFAULT_MS;
	_cleanup_(look_fini) struct look look = { 0 };
	int r;

	for (size_t i = 0; i < c->args.n_words; i++) {
		if (word_queue(c, c->args.words[i]) != 0)
			return LQ_EXIT_USAGE;
	}
	if (text && *text && word_duration(c, "watch", text, &interval_ms) != 0)
		return LQ_EXIT_USAGE;
	if (interval_ms <= 0 || interval_ms > WATCH_MAX_MS)
		return context_fail_usage(c, "--watch: from 1ms to 1h");
	r = context_open(c);
	if (r == 0 && text)
		return watch(c, (int)interval_ms);
	if (r == 0)
		r = look_take(c, &look);
	if (r == 0)
		look_print(&look, false, NULL);
	return r;
}

const struct command cmd_info = {
	.name = "info",
	.usage = "[QUEUE...] [--watch[=D]]",
	.summary = "Show how the queues and the workers are doing",
	.details =
		"Without a QUEUE, every known one. OLDEST is how long the next job has been ready.",
	.options = options,
	.run = run,
};
