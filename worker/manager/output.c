/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "macro.h"

#define READ_SIZE 65536
#define LINE_SIZE_MAX 4096 /* a longer one is cut into several */
#define WINDOW_MS 100
#define FLOOD_BYTES (1024 * 1024) /* in a window */
#define FLOOD_LINES 1000          /* likewise: a line costs a call to write the log */
#define QUIET_BYTES 65536         /* in a window: the flood is over */
#define DRAIN_EVERY_MS 5
#define DRAIN_BYTES (1024 * 1024) /* at a time */

static void on_readable(void *userdata, uint32_t events);
static void on_drain(void *userdata);

int output_init(struct output *output, struct loop *loop, int fd, const char *stream,
		bool keeps_tail)
{
	*output = (struct output){
		.loop = loop,
		.source = LOOP_SOURCE(on_readable, output),
		.drain = LOOP_TIMER(on_drain, output),
		.stream = stream,
		.fd = -1,
		.keeps_tail = keeps_tail,
		.line = BUFFER_INIT(LINE_SIZE_MAX),
		.tail = BUFFER_INIT(LQ_STDERR_MAX + READ_SIZE),
	};
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	int r = loop_watch(loop, &output->source, fd, EPOLLIN);
	if (r >= 0)
		output->fd = fd;
	return r;
}

void output_close(struct output *output)
{
	if (output->fd >= 0) {
		loop_unwatch(output->loop, &output->source);
		loop_timer_stop(output->loop, &output->drain);
		(void)close(output->fd);
	}
	output->fd = -1;
	buffer_fini(&output->line);
	buffer_fini(&output->tail);
}

static void log_text(const struct output *output, const void *text, size_t size)
{
	if (output->job_id)
		log_info("output", LOG_TEXT("id", output->job_id),
			 LOG_TEXT("stream", output->stream), LOG_BYTES("text", text, size));
	else
		log_info("output", LOG_TEXT("stream", output->stream),
			 LOG_BYTES("text", text, size));
}

static void end_line(struct output *output)
{
	if (buffer_size(&output->line) > 0)
		log_text(output, buffer_begin(&output->line), buffer_size(&output->line));
	buffer_clear(&output->line);
	output->window_lines++;
}

/* Out of the loop; what the pipe holds and what follows is only counted. */
static void begin_flood(struct output *output)
{
	output->is_flooding = true;
	loop_unwatch(output->loop, &output->source);
	loop_timer_in(output->loop, &output->drain, DRAIN_EVERY_MS);
}

static void log_lines(struct output *output, const uint8_t *data, size_t size)
{
	while (size > 0 && !output->is_flooding) {
		const uint8_t *newline = memchr(data, '\n', size);
		size_t n = newline ? (size_t)(newline - data) : size;
		size_t room = LINE_SIZE_MAX - buffer_size(&output->line);

		n = MIN(n, room);
		(void)buffer_append(&output->line, data, n);
		bool is_ended = n < size && data[n] == '\n';
		if (is_ended || n == room)
			end_line(output);
		n += is_ended;
		data += n;
		size -= n;
		if (output->window_lines > FLOOD_LINES)
			begin_flood(output);
	}
	output->n_unlogged += size;
}

static void keep_tail(struct output *output, const uint8_t *data, size_t size)
{
	if (!output->keeps_tail || buffer_append(&output->tail, data, size) < 0)
		return;
	if (buffer_size(&output->tail) > LQ_STDERR_MAX)
		buffer_consume(&output->tail, buffer_size(&output->tail) - LQ_STDERR_MAX);
}

static void begin_window(struct output *output, int64_t now)
{
	output->window_ms = now;
	output->window_bytes = output->window_lines = 0;
}

static void measure(struct output *output, size_t size)
{
	int64_t now = clock_monotonic_ms();

	if (!output->is_flooding && now - output->window_ms >= WINDOW_MS)
		begin_window(output, now);
	output->window_bytes += size;
	if (output->window_bytes > FLOOD_BYTES && !output->is_flooding) {
		end_line(output);
		begin_flood(output);
	}
}

/* How much was read; 0: nothing is there now. */
static size_t read_some(struct output *output)
{
	static uint8_t data[READ_SIZE];
	ssize_t n = output->fd >= 0 ? read(output->fd, data, sizeof(data)) : 0;

	if (n == 0 && output->fd >= 0) {
		/* Every writer has closed it: no use in being told again and again. */
		loop_unwatch(output->loop, &output->source);
		return 0;
	}
	if (n <= 0)
		return 0;
	measure(output, (size_t)n);
	keep_tail(output, data, (size_t)n);
	log_lines(output, data, (size_t)n);
	return (size_t)n;
}

static void on_readable(void *userdata, uint32_t events)
{
	(void)events;
	(void)read_some(userdata);
}

static void tell_unlogged(struct output *output)
{
	if (output->n_unlogged > 0)
		log_warning("too much output to log",
			    LOG_TEXT("id", output->job_id ? output->job_id : ""),
			    LOG_TEXT("stream", output->stream),
			    LOG_NUMBER("bytes_left_out", output->n_unlogged));
	output->n_unlogged = 0;
}

/* Back in the loop once little has come in a whole window. */
static void on_drain(void *userdata)
{
	struct output *output = userdata;
	size_t total = 0, n;

	do {
		n = read_some(output);
		total += n;
	} while (n > 0 && total < DRAIN_BYTES);
	int64_t now = clock_monotonic_ms();
	bool is_over = now - output->window_ms >= WINDOW_MS;
	bool is_quiet = is_over && output->window_bytes < QUIET_BYTES;

	if (is_over)
		begin_window(output, now);
	if (!is_quiet) {
		loop_timer_in(output->loop, &output->drain, DRAIN_EVERY_MS);
		return;
	}
	tell_unlogged(output);
	output->is_flooding = false;
	(void)loop_watch(output->loop, &output->source, output->fd, EPOLLIN);
}

void output_begin(struct output *output, const char *job_id)
{
	output_end(output);
	buffer_clear(&output->tail);
	output->job_id = job_id;
}

void output_disown(struct output *output)
{
	output->job_id = NULL;
}

void output_end(struct output *output)
{
	size_t total = 0, n;

	do {
		n = read_some(output);
		total += n;
	} while (n > 0 && total < DRAIN_BYTES);
	end_line(output);
	tell_unlogged(output);
}

const void *output_tail(const struct output *output, size_t *ret_size)
{
	*ret_size = buffer_size(&output->tail);
	return buffer_begin(&output->tail);
}
