/* SPDX-License-Identifier: MIT */
/* lq ping: is Redis there, and how far away. */
#include <inttypes.h>

#include "command-context.h"

static int run(struct context *c)
{
	int64_t us;
	int r;

	if (!context_want_words(c, 0, 0))
		return LQ_EXIT_USAGE;
	r = context_open(c);
	if (r != 0)
		return r;
	r = lq_client_ping(c->client, &us);
	if (r < 0)
		return context_fail_call(c, r, NULL);
	if (output_mode() == OUTPUT_JSON)
		output_json(json_pack("{s:b,s:I}", "ok", 1, "round_trip_us", (json_int_t)us));
	else
		output_line("pong %" PRId64 ".%03" PRId64 " ms", us / 1000, us % 1000);
	return LQ_EXIT_DONE;
}

const struct command cmd_ping = {
	.name = "ping",
	.usage = "",
	.summary = "Ask whether Redis answers, and measure one round trip",
	.run = run,
};
