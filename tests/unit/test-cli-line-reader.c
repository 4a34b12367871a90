/* SPDX-License-Identifier: MIT */
/* Lines from a descriptor: their limit, their ends, and pauses. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "check-main.h"
#include "line-reader.h"

#define MAX 8

static struct line_reader reader;
static int fds[2];

static void begin(void)
{
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	line_reader_init(&reader, fds[0], MAX);
}

static void feed(const char *text)
{
	ck_assert_int_eq(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
}

static void end(void)
{
	line_reader_fini(&reader);
	(void)close(fds[0]);
}

static void want(int outcome, const char *line)
{
	const char *found = NULL;
	size_t size = 0;

	ck_assert_int_eq(line_reader_next(&reader, outcome != LINE_PAUSE, &found, &size), outcome);
	if (!line)
		return;
	ck_assert_uint_eq(size, strlen(line));
	ck_assert_mem_eq(found, line, size);
}

START_TEST(lines_and_a_last_one_without_its_end)
{
	begin();
	feed("one\n\ntwo\nlast");
	(void)close(fds[1]);
	want(LINE_READY, "one");
	want(LINE_READY, "");
	want(LINE_READY, "two");
	want(LINE_READY, "last");
	want(LINE_END, NULL);
	want(LINE_END, NULL);
	end();
}
END_TEST

START_TEST(a_pause_in_the_middle_of_a_line)
{
	begin();
	want(LINE_PAUSE, NULL);
	feed("on");
	want(LINE_PAUSE, NULL);
	feed("e\ntwo\n");
	want(LINE_READY, "one");
	want(LINE_READY, "two");
	want(LINE_PAUSE, NULL);
	(void)close(fds[1]);
	want(LINE_END, NULL);
	end();
}
END_TEST

START_TEST(a_line_at_the_limit_and_one_above)
{
	begin();
	feed("12345678\n123456789\nnext\n");
	want(LINE_READY, "12345678");
	want(LINE_TOO_LONG, NULL);
	want(LINE_READY, "next");
	(void)close(fds[1]);
	end();
}
END_TEST

START_TEST(a_long_line_that_comes_in_pieces_is_told_once)
{
	begin();
	for (int i = 0; i < 5; i++) {
		feed("0123456789");
		want(LINE_PAUSE, NULL);
	}
	feed("rest\nnext\n");
	want(LINE_TOO_LONG, NULL);
	want(LINE_READY, "next");
	feed("0123456789");
	(void)close(fds[1]);
	want(LINE_TOO_LONG, NULL);
	want(LINE_END, NULL);
	end();
}
END_TEST

START_TEST(every_cut_of_the_input_gives_the_same_lines)
{
	static const char text[] = "a\n0123456789\n\nbc\n";

	for (size_t cut = 0; cut < sizeof(text); cut++) {
		begin();
		ck_assert_int_eq(write(fds[1], text, cut), (ssize_t)cut);
		if (cut < 2)
			want(LINE_PAUSE, NULL);
		feed(text + cut);
		(void)close(fds[1]);
		want(LINE_READY, "a");
		want(LINE_TOO_LONG, NULL);
		want(LINE_READY, "");
		want(LINE_READY, "bc");
		want(LINE_END, NULL);
		end();
	}
}
END_TEST

CHECK_MAIN("cli-line-reader", lines_and_a_last_one_without_its_end, a_pause_in_the_middle_of_a_line,
	   a_line_at_the_limit_and_one_above, a_long_line_that_comes_in_pieces_is_told_once,
	   every_cut_of_the_input_gives_the_same_lines)
