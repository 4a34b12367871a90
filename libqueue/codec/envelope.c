/* SPDX-License-Identifier: MIT */
/* The envelope: checked arguments and options to the bytes of docs/protocol.md, section 2. */
#include "envelope.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "enqueue-options.h"
#include "id.h"
#include "names.h"
#include "pack.h"
#include "record-format.h"

DEFINE_CLEANUP(struct lq_value *, cleanup_value, lq_value_free)

_Static_assert(LQ_UUID_SIZE <= LQ_ID_SIZE, "a UUID is an id");

struct making {
	const char *handler, *queue;
	const struct lq_value *args;
	struct lq_enqueue_options options; /* checked */
	int64_t now_ms;
	char *error_text;
	size_t size;
};

static int make_fail(const struct making *m, int error, const char *text)
{
	(void)snprintf(m->error_text, m->size, "%s", text);
	return error;
}

/* LQ_AT_ONCE is 0 on the wire; LQ_FOREVER is -1 on both sides. */
static int64_t wire_ms(int64_t ms)
{
	return ms == LQ_AT_ONCE ? 0 : ms;
}

struct option_value {
	enum lq_option key;
	int64_t value; /* 0: not set */
};

#define N_NUMBERS 10

static void numbers_get(const struct lq_enqueue_options *o, struct option_value ret[N_NUMBERS])
{
	const struct option_value values[N_NUMBERS] = {
		{ LQ_OPTION_TIMEOUT, o->timeout_ms },
		{ LQ_OPTION_MAX_ATTEMPTS, o->max_attempts },
		{ LQ_OPTION_BACKOFF, o->backoff_ms },
		{ LQ_OPTION_BACKOFF_MAX, o->backoff_max_ms },
		{ LQ_OPTION_RESULT_TTL, o->result_ttl_ms },
		{ LQ_OPTION_FAILURE_TTL, o->failure_ttl_ms },
		{ LQ_OPTION_TTL, o->ttl_ms },
		{ LQ_OPTION_DELAY, o->delay_ms },
		{ LQ_OPTION_RUN_AT, o->run_at_ms },
		{ LQ_OPTION_UNIQUE_TTL, o->unique_ttl_ms },
	};

	memcpy(ret, values, sizeof(values));
}

/* What the caller set and no more, keys ascending. */
static void write_options(struct lq_writer *w, const struct lq_enqueue_options *o)
{
	struct option_value numbers[N_NUMBERS];
	size_t n = (o->description != NULL) + (size_t)o->sensitive;

	numbers_get(o, numbers);
	for (size_t i = 0; i < N_NUMBERS; i++)
		n += numbers[i].value != 0;
	lq__write_map(w, n);
	for (size_t i = 0; i < N_NUMBERS; i++) {
		if (numbers[i].value == 0)
			continue;
		lq__write_int(w, (int64_t)numbers[i].key);
		lq__write_int(w, wire_ms(numbers[i].value));
	}
	if (o->description) {
		lq__write_int(w, LQ_OPTION_DESCRIPTION);
		lq__write_text(w, o->description);
	}
	if (o->sensitive) {
		lq__write_int(w, LQ_OPTION_SENSITIVE);
		lq__write_bool(w, true);
	}
}

static int write_envelope(struct lq_writer *w, const struct making *m, struct lq_made_job *ret)
{
	size_t args_size = 0;
	const void *args = m->args ? lq_value_data(m->args, &args_size) : NULL;

	lq__write_array(w, LQ_ENVELOPE_FIELDS);
	lq__write_int(w, LQ_ENVELOPE_VERSION);
	lq__write_text(w, m->options.unique_key);
	lq__write_text(w, m->handler);
	lq__write_bin(w, args, args_size);
	write_options(w, &m->options);
	lq__write_u64(w, (uint64_t)m->now_ms);
	lq__write_int(w, LQ_ENTRY_ENVELOPE);

	int r = lq__writer_take(w, &ret->envelope, &ret->envelope_size);
	if (r == -ENOMEM)
		return make_fail(m, r, "out of memory");
	return r < 0 ? make_fail(m, r, "the job is over its size limit") : 0;
}

static int make_check(struct making *m)
{
	const char *text;
	size_t size;

	if (!m->handler)
		return make_fail(m, -EINVAL, "the handler name is missing (NULL)");
	if (!lq__is_handler_name(m->handler)) {
		(void)snprintf(m->error_text, m->size,
			       "handler name: 1 to %d of [A-Za-z0-9_.:-], no leading '-', not "
			       "\"%.*s\"",
			       LQ_NAME_MAX, LQ_NAME_MAX, m->handler);
		return -EINVAL;
	}
	if (!lq__is_queue_name(m->queue))
		return make_fail(m, -EINVAL, "the default queue's name is not a queue name");
	if (m->args && !lq_value_data(m->args, &size)) {
		int error = lq_value_error(m->args, &text);

		return make_fail(m, error, text);
	}
	return 0;
}

static void id_set(const struct making *m, char id[LQ_ID_SIZE])
{
	if (m->options.id)
		(void)snprintf(id, LQ_ID_SIZE, "%s", m->options.id);
	else
		lq__uuid_make(id);
}

/* The client and the runner share it: the words must go where each keeps its own. */
/* NOLINTNEXTLINE(readability-function-size) */
int lq__job_make(const char *handler, struct lq_value *args,
		 const struct lq_enqueue_options *options, const char *default_queue,
		 int64_t now_ms, struct lq_made_job *ret, char *error_text, size_t size)
{
	_cleanup_(cleanup_value) struct lq_value *consumed = args;
	struct making m = {
		.handler = handler,
		.args = consumed,
		.now_ms = now_ms,
		.error_text = error_text,
		.size = size,
	};
	struct lq_writer w;

	*ret = (struct lq_made_job){ .envelope = NULL };
	int r = lq__options_read(options, &m.options, error_text, size);
	if (r < 0)
		return r;
	m.queue = m.options.queue ? m.options.queue
		  : default_queue ? default_queue
				  : LQ_DEFAULT_QUEUE;
	r = make_check(&m);
	if (r < 0)
		return r;
	id_set(&m, ret->id);
	(void)snprintf(ret->queue, sizeof(ret->queue), "%s", m.queue);
	lq__writer_init(&w, LQ_ENVELOPE_MAX);
	r = write_envelope(&w, &m, ret);
	lq__writer_fini(&w);
	return r;
}
