/* SPDX-License-Identifier: MIT */
/* The values of options, with the words for those that are wrong. */
#include "words.h"

#include <inttypes.h>

#include "command-context.h"
#include "parse.h"

int word_duration(const struct context *c, const char *option, const char *text, int64_t *ret_ms)
{
	if (parse_duration_ms(text, ret_ms) == 0) {
		if (*ret_ms <= LQ_DURATION_MAX_MS)
			return 0;
		return context_fail_usage(c, "--%s: over 100 years: \"%.64s\"", option, text);
	}
	return context_fail_usage(c,
				  "--%s: no duration: \"%.64s\"; write 250ms, 30s, 5m, 2h, 7d, a "
				  "number of seconds, or forever",
				  option, text);
}

int word_count(const struct context *c, const char *option, const char *text, int64_t min,
	       int64_t max, int64_t *ret)
{
	if (parse_int64(text, min, max, ret) == 0)
		return 0;
	return context_fail_usage(c,
				  "--%s: \"%.64s\" is no whole number from %" PRId64 " to %" PRId64,
				  option, text, min, max);
}

int word_queue(const struct context *c, const char *text)
{
	if (!text || word_is_queue(text))
		return 0;
	return context_fail_usage(c, WORD_NO_QUEUE, word_shown(text));
}
