/* SPDX-License-Identifier: MIT */
/* Handlers with follow-up jobs, as a service would have them; and one that lies to the manager. */
#include <errno.h>
#include <libqueue/handler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WIRE_OUTCOME 17
#define WIRE_CHILD 18
#define FDS_MAX 256

static int noop(struct lq_job *job)
{
	(void)job;
	return 0;
}

/* What the arguments of "family" say. */
struct family {
	const char *name, *queue, *key;
	int n, size, result, delay_ms, is_front;
};

/* A queue that ends in '*': each child has one of its own. */
static int add_one(struct lq_job *job, const struct family *f, int i, const char *data)
{
	struct lq_enqueue_options options = LQ_ENQUEUE_OPTIONS_INIT;
	char id[64], queue[64];
	size_t length = strlen(f->queue);

	(void)snprintf(id, sizeof(id), "%s-%d", f->name, i);
	(void)snprintf(queue, sizeof(queue), "%s", f->queue);
	if (length > 0 && queue[length - 1] == '*')
		(void)snprintf(queue + length - 1, sizeof(queue) - length + 1, "%d", i);
	options.id = id;
	options.queue = length > 0 ? queue : NULL;
	options.unique_key = f->key[0] ? f->key : NULL;
	options.delay_ms = f->delay_ms;
	options.front = f->is_front;
	return lq_job_enqueue(job, "noop", lq_pack("B#", data, (size_t)f->size), &options, NULL);
}

static int family(struct lq_job *job)
{
	static char data[1 << 20];
	struct family f;

	if (lq_job_unpack(job, "{s:s, s:i, s:i, s:i, s:i, s:b, s:s, s:s}", "name", &f.name, "n",
			  &f.n, "size", &f.size, "result", &f.result, "delay_ms", &f.delay_ms,
			  "front", &f.is_front, "queue", &f.queue, "key", &f.key) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	for (int i = 0; i < f.n; i++) {
		if (add_one(job, &f, i, data) < 0)
			return lq_job_fail(job, "number %d: %s", i, lq_job_error(job));
	}
	return f.result ? lq_job_return(job, "B#", data, (size_t)f.result) : 0;
}

/* {"n": i}: is its own successor so many times, and there is never more than one. */
static int chain(struct lq_job *job)
{
	struct lq_enqueue_options options = LQ_ENQUEUE_OPTIONS_INIT;
	char id[32];
	int n;

	if (lq_job_unpack(job, "{s:i}", "n", &n) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	if (n == 0)
		return 0;
	(void)snprintf(id, sizeof(id), "chain-%d", n - 1);
	options.id = id;
	options.unique_key = "the chain";
	return lq_job_enqueue(job, "chain", lq_pack("{s:i}", "n", n - 1), &options, NULL);
}

/* ---- What no library would send ---- */

struct frame {
	unsigned char *at, bytes[2 * LQ_RESULT_MAX];
};

static void put_number(struct frame *f, uint64_t number, size_t width)
{
	/* Little-endian; behind the number's own width come zeroes. */
	for (size_t i = 0; i < width; i++, number >>= 8)
		*f->at++ = (unsigned char)(number & 0xff);
}

static void put_bytes(struct frame *f, const char *bytes, size_t size)
{
	put_number(f, size, 4);
	memcpy(f->at, bytes, size);
	f->at += size;
}

static void put_text(struct frame *f, const char *text)
{
	put_bytes(f, text, strlen(text));
	*f->at++ = 0;
}

static void put_child(struct frame *f, const char *queue)
{
	static const char envelope[] = "\x97\1\xc0\xa1h\xc4\0\x80\xcf\0\0\1\0\0\0\0\0";

	put_number(f, WIRE_CHILD, 1);
	put_text(f, queue);
	put_text(f, "an-id");
	put_number(f, 0, 17); /* delay_ms, run_at_ms, front */
	put_text(f, "");
	put_number(f, 0, 8);
	put_bytes(f, envelope, sizeof(envelope));
}

static void put_large_result(struct frame *f)
{
	static char result[LQ_RESULT_MAX + 1];

	put_number(f, WIRE_OUTCOME, 1);
	put_number(f, 1, 4);             /* seq: the first job of this runner */
	put_number(f, 0, 1 + 4 + 8 * 4); /* finished, and what it used */
	put_number(f, 0, 4);
	put_text(f, "");
	put_bytes(f, result, sizeof(result));
}

/* To the manager: the one stream socket that a handler has. */
static int send_frame(struct frame *f)
{
	uint32_t size = (uint32_t)(f->at - f->bytes - 4);

	f->at = f->bytes;
	put_number(f, size, 4);
	for (int fd = 3; fd < FDS_MAX; fd++) {
		int type = 0;
		socklen_t length = sizeof(type);

		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0 || type != SOCK_STREAM)
			continue;
		for (size_t at = 0; at < size + 4;) {
			ssize_t n = write(fd, f->bytes + at, size + 4 - at);

			if (n < 0 && errno != EINTR)
				return -errno;
			at += n > 0 ? (size_t)n : 0;
		}
		return 0;
	}
	return -ENOTSOCK;
}

static int liar(struct lq_job *job)
{
	static struct frame frame;
	const char *queue;

	if (lq_job_unpack(job, "{s:s}", "queue", &queue) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	frame.at = frame.bytes + 4;
	if (queue[0])
		put_child(&frame, queue);
	else
		put_large_result(&frame);
	return send_frame(&frame);
}

LQ_HANDLERS({ "noop", noop }, { "family", family }, { "chain", chain }, { "liar", liar })
