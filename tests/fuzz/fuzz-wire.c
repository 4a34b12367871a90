/* SPDX-License-Identifier: MIT */
/* Frames from any bytes; what is taken for a frame is written again as the same bytes. */
#include "wire.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "fuzz.h"
#include "macro.h"

static void must(bool condition)
{
	if (!condition)
		abort();
}

static int put_again(struct buffer *out, const struct wire_message *m)
{
	switch (m->type) {
	case WIRE_JOB:
		return wire_put_job(out, &m->job);
	case WIRE_READY:
		return wire_put_ready(out, m->error);
	case WIRE_OUTCOME:
		return wire_put_outcome(out, &m->outcome);
	case WIRE_CHILD:
		return wire_put_child(out, &m->child);
	case WIRE_HELLO:
		return m->abi == WIRE_ABI ? wire_put_hello(out) : -ENOTSUP;
	case WIRE_HANDLER:
		return wire_put_handler(out, &m->handler);
	case WIRE_LOADED:
		return wire_put_loaded(out);
	case WIRE_RUNNER:
		return wire_put_runner(out, &m->runner);
	case WIRE_EXITED:
		return wire_put_exited(out, &m->exited);
	case WIRE_FAILED:
	case WIRE_NOTE:
		return wire_put_text(out, m->type, m->text);
	case WIRE_WANT:
		return wire_put_want(out, m->want);
	case WIRE_SIGNAL:
	case WIRE_KILL:
		return wire_put_signal(out, m->type, &m->signal);
	}
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_FRAME_MAX);
	struct wire_message m;

	int64_t length = wire_parse(data, size, WIRE_FRAME_MAX, &m);
	must(length == -EPROTO || (length >= 0 && (uint64_t)length <= size));
	if (length <= 0)
		return 0;
	int r = put_again(&out, &m);
	must(r == 0 || r == -ENOTSUP);
	must(r < 0 || buffer_size(&out) == (size_t)length);
	must(r < 0 || memcmp(buffer_begin(&out), data, (size_t)length) == 0);
	return 0;
}

static void feed_and_clear(struct buffer *out, void (*feed)(const void *data, size_t size))
{
	feed(buffer_begin(out), buffer_size(out));
	buffer_clear(out);
}

void fuzz_seeds(void (*feed)(const void *data, size_t size))
{
	static const struct wire_message seeds[] = {
		{ .type = WIRE_JOB,
		  .job = { 1, 2, 3, -1, 5, "mail", "id", "run", "\x93\1\2\3", 4 } },
		{ .type = WIRE_READY, .error = 13 },
		{ .type = WIRE_OUTCOME,
		  .outcome = { .verdict = WIRE_RETRY,
			       .message = "m",
			       .result = "x",
			       .result_size = 1 } },
		{ .type = WIRE_CHILD,
		  .child = { "mail", "id", 1, 2, true, "key", 3, "\x97\1", 2 } },
		{ .type = WIRE_HELLO, .abi = WIRE_ABI },
		{ .type = WIRE_HANDLER, .handler = { "run", 1, 2, true } },
		{ .type = WIRE_LOADED },
		{ .type = WIRE_RUNNER, .runner = { 1, 2 } },
		{ .type = WIRE_EXITED, .exited = { 1, 9, 3, 4, 5, 6 } },
		{ .type = WIRE_NOTE, .text = "a line" },
		{ .type = WIRE_WANT, .want = 4 },
		{ .type = WIRE_KILL, .signal = { 1, 15 } },
	};
	_cleanup_(buffer_fini) struct buffer out = BUFFER_INIT(WIRE_FRAME_MAX);

	for (size_t i = 0; i < ARRAY_SIZE(seeds); i++) {
		must(put_again(&out, &seeds[i]) == 0);
		feed_and_clear(&out, feed);
	}
}
