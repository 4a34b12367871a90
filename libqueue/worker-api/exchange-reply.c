/* SPDX-License-Identifier: MIT */
/* Reading the reply of an exchange. Nothing in it is believed before all of it has been looked at:
 * a job taken from a reply that lies elsewhere would run twice. */
#include "exchange.h"

#include "names.h"
#include "reply.h"

#include <errno.h>
#include <string.h>

enum { CODES, JOBS, NEXT, N_HELD, NOW, N_PARTS };

static int read_codes(const struct reply *message, const struct exchange_question *question,
		      struct exchange_answer *ret)
{
	int64_t code = LQ_SETTLED;

	if (message->type == REPLY_INTEGER) {
		if (message->integer != (int64_t)question->n_settles)
			return -EPROTO;
	} else if (lq__reply_want_array(message, question->n_settles, question->n_settles) < 0) {
		return -EPROTO;
	}
	for (size_t i = 0; i < question->n_settles; i++) {
		if (message->type == REPLY_ARRAY &&
		    (lq__reply_want_int(message->elements[i], &code) < 0 ||
		     code < LQ_SETTLED_NOT_YOURS || code > LQ_SETTLED_AS_STOPPED))
			return -EPROTO;
		ret->codes[question->order[i]] = (enum lq_settle_code)code;
	}
	return 0;
}

static int read_job(struct reply *const *three, size_t queue, struct lq_handed_out *ret)
{
	const char *record;
	size_t id_size;

	ret->queue = queue;
	if (lq__reply_want_str(three[0], &ret->id, &id_size) < 0 || strlen(ret->id) != id_size ||
	    !lq__is_job_id(ret->id))
		return -EPROTO;
	if (lq__reply_want_uint(three[1], &ret->token) < 0 || ret->token == 0)
		return -EPROTO;
	if (lq__reply_want_str(three[2], &record, &ret->record_size) < 0)
		return -EPROTO;
	ret->record = record;
	return 0;
}

static int read_jobs(const struct reply *message, const struct exchange_question *question,
		     struct exchange_answer *ret)
{
	size_t n = 0;

	if (lq__reply_want_array(message, question->n_queues, question->n_queues) < 0)
		return -EPROTO;
	for (size_t i = 0; i < question->n_queues; i++) {
		const struct reply *of_queue = message->elements[i];

		if (lq__reply_want_array(of_queue, 0, 3 * (question->want - n)) < 0 ||
		    of_queue->size % 3 != 0)
			return -EPROTO;
		for (size_t j = 0; j < of_queue->size; j += 3) {
			if (read_job(of_queue->elements + j, i, &ret->jobs[n++]) < 0)
				return -EPROTO;
		}
	}
	ret->reply.n_jobs = n;
	return 0;
}

static int read_held(const struct reply *message, const struct exchange_question *question,
		     struct exchange_answer *ret)
{
	if (lq__reply_want_array(message, question->n_queues, question->n_queues) < 0)
		return -EPROTO;
	for (size_t i = 0; i < question->n_queues; i++) {
		int64_t n;

		if (lq__reply_want_int(message->elements[i], &n) < 0 || n < 0)
			return -EPROTO;
		ret->n_held[i] = (size_t)n;
	}
	return 0;
}

int lq__exchange_read(const struct reply *message, const struct exchange_question *question,
		      struct exchange_answer *ret)
{
	struct lq_exchange_reply *reply = &ret->reply;

	*reply = (struct lq_exchange_reply){ .codes = ret->codes,
					     .n_codes = question->n_settles,
					     .jobs = ret->jobs,
					     .n_held = ret->n_held,
					     .n_queues = question->n_queues };
	if (lq__reply_want_array(message, N_PARTS, N_PARTS) < 0 ||
	    read_codes(message->elements[CODES], question, ret) < 0 ||
	    read_jobs(message->elements[JOBS], question, ret) < 0 ||
	    read_held(message->elements[N_HELD], question, ret) < 0 ||
	    lq__reply_want_int(message->elements[NEXT], &reply->next_ms) < 0 ||
	    lq__reply_want_int(message->elements[NOW], &reply->now_ms) < 0)
		return -EPROTO;
	return reply->next_ms < -1 || reply->now_ms <= 0 ? -EPROTO : 0;
}
