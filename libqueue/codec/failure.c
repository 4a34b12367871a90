/* SPDX-License-Identifier: MIT */
/* Failures: from a worker's report to msgpack. (Back again: failure-read.c.) */
#include "failure.h"

#include <libqueue/limits.h>
#include <string.h>

#include "macro.h"
#include "utf8.h"

#define LABEL_MAX 64      /* kind and signal */
#define CHARACTER_MAX 4   /* bytes of a UTF-8 character */
#define REPLACEMENT_MAX 3 /* bytes that one wrong byte becomes */

_Static_assert(LQ_MESSAGE_MAX + LQ_STDERR_MAX + 2 * LABEL_MAX + 256 <= LQ_FAILURE_MAX,
	       "a failure cut in its parts must fit as a whole");

struct field {
	const char *key, *text;
	size_t size, max;
	bool is_tail; /* keep the end, not the beginning */
};

/*
 * Cut first, so that a huge text costs little, but one character beyond the limit: what the first
 * cut splits and cleaning replaces is then removed by the second, between characters.
 */
static void write_field(struct lq_writer *w, const struct field *f)
{
	size_t most = f->max + CHARACTER_MAX;
	size_t size = MIN(f->size, most);
	const char *text = f->is_tail ? f->text + f->size - size : f->text;
	struct buffer clean = BUFFER_INIT(REPLACEMENT_MAX * most);

	int r = lq__utf8_append_clean(&clean, text, size);
	if (r < 0 && w->error == 0)
		w->error = r;
	size_t n = buffer_size(&clean);
	const char *p = (const char *)buffer_begin(&clean);
	size_t start = f->is_tail && n > f->max ? lq__utf8_cut_start(p, n, n - f->max) : 0;
	size_t end = f->is_tail ? n : lq__utf8_cut_end(p, n, f->max);
	lq__write_text(w, f->key);
	lq__write_str(w, n ? p + start : "", end - start);
	buffer_fini(&clean);
}

struct number {
	const char *key;
	int64_t value, absent;
};

void lq__failure_write(struct lq_writer *w, const struct lq_failure_report *r)
{
	const struct field fields[] = {
		{ "kind", r->kind, r->kind ? strlen(r->kind) : 0, LABEL_MAX, false },
		{ "message", r->message, r->message ? strlen(r->message) : 0, LQ_MESSAGE_MAX,
		  false },
		{ "signal", r->signal, r->signal ? strlen(r->signal) : 0, LABEL_MAX, false },
		{ "stderr", r->stderr_size ? r->stderr_tail : NULL, r->stderr_size, LQ_STDERR_MAX,
		  true },
	};
	const struct number numbers[] = {
		{ "errno", r->error, 0 },
		{ "exit_status", r->exit_status, -1 },
		{ "user_ms", r->user_ms, -1 },
		{ "system_ms", r->system_ms, -1 },
		{ "max_rss_kb", r->max_rss_kb, -1 },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		n += fields[i].text != NULL;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		n += numbers[i].value != numbers[i].absent;
	lq__write_map(w, n);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].text)
			write_field(w, &fields[i]);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (numbers[i].value == numbers[i].absent)
			continue;
		lq__write_text(w, numbers[i].key);
		lq__write_int(w, numbers[i].value);
	}
}
