/* SPDX-License-Identifier: MIT */
/* Whatever a server sends: the first byte says in what pieces, the others are it. */
#include "fuzz.h"
#include "macro.h"
#include "reply.h"
#include "resp.h"

#include <stdlib.h>

/* Looks at all of a reply, as a verb would. */
static void look_at(const struct reply *reply)
{
	int64_t number;
	uint64_t digits;
	const char *str;
	size_t size;

	(void)lq__reply_want_int(reply, &number);
	(void)lq__reply_want_uint(reply, &digits);
	if (lq__reply_want_str(reply, &str, &size) == 0 && str[size] != '\0')
		abort();
	if (reply->type == REPLY_ERROR && lq__reply_errno(reply) >= 0)
		abort();
	(void)lq__reply_drops_connection(reply);
	for (size_t i = 0; reply->type == REPLY_ARRAY && i < reply->size; i++)
		look_at(reply->elements[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	size_t step = (size_t)data[0] + 1;
	struct lq__resp *resp = lq__resp_new();
	if (!resp)
		return 0;

	for (size_t at = 1; at < size; at += step) {
		struct reply *reply;
		int r = lq__resp_feed(resp, (const char *)data + at, MIN(step, size - at));

		while (r >= 0 && (r = lq__resp_next(resp, &reply)) > 0) {
			look_at(reply);
			lq__reply_free(reply);
		}
		if (r < 0)
			break;
	}
	lq__resp_free(resp);
	return 0;
}

#define SEED(text) feed((text), sizeof(text) - 1)

void fuzz_seeds(void (*feed)(const void *data, size_t size))
{
	SEED("\2*8\r\n+OK\r\n-ERR no\r\n:-9223372036854775808\r\n$4\r\n\r\n\0x\r\n$-1\r\n*-1\r\n*0"
	     "\r\n*2\r\n$0\r\n\r\n:1\r\n");
	SEED("\377+PONG\r\n:1\r\n$2\r\nhi\r\n-LQBAD id\r\n-NOSCRIPT No matching script.\r\n");
	SEED("\20*5\r\n:1\r\n*1\r\n*3\r\n$2\r\nid\r\n$3\r\n123\r\n$5\r\n\227\1\300\241\0\r\n:-"
	     "1\r\n*1"
	     "\r\n:0\r\n$13\r\n1764000000000\r\n");
	SEED("\0*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*"
	     "1\r\n*1\r\n"
	     "*1\r\n*1\r\n");
	SEED("\7$2147483647\r\nabc");
	SEED("\7*2147483647\r\n:1\r\n");
	SEED("\40-ERR Error running script (call to f_0a): @user_script:1: -OOM command not "
	     "allowed\r\n");
}
