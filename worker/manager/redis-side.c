/* SPDX-License-Identifier: MIT */
#include "redis-side.h"

#include <poll.h>
#include <stdlib.h>

#include "backoff.h"
#include "log.h"
#include "macro.h"
#include "worker-protocol.h"

#define STALL_MS 10000 /* without an answer; BLPOP answers every 5 s */

static void side_step(struct redis_side *side);
static void side_lost(struct redis_side *side, const char *why);
static void side_rewatch(struct redis_side *side);

static void on_event(void *userdata, uint32_t events)
{
	struct redis_side *side = userdata;

	if (events & EPOLLIN)
		loop_timer_stop(side->loop, &side->stall); /* set anew below */
	side_step(side);
}

static void on_deadline(void *userdata)
{
	side_step(userdata);
}

static void on_reconnect(void *userdata)
{
	redis_side_connect(userdata);
}

static void on_stall(void *userdata)
{
	struct redis_side *side = userdata;

	lq_conn_close(side->conn);
	side_rewatch(side);
	side_lost(side, "no answer for 10 s");
}

int redis_side_init(struct redis_side *side, struct loop *loop, const char *url, const char *role,
		    char *error_text, size_t size)
{
	*side = (struct redis_side){
		.loop = loop,
		.role = role,
		.source = LOOP_SOURCE(on_event, side),
		.deadline = LOOP_TIMER(on_deadline, side),
		.reconnect = LOOP_TIMER(on_reconnect, side),
		.stall = LOOP_TIMER(on_stall, side),
	};
	return lq_conn_new(url, &side->conn, error_text, size);
}

void redis_side_fini(struct redis_side *side)
{
	if (!side->conn)
		return;
	loop_unwatch(side->loop, &side->source);
	loop_timer_stop(side->loop, &side->deadline);
	loop_timer_stop(side->loop, &side->reconnect);
	loop_timer_stop(side->loop, &side->stall);
	lq_conn_free(side->conn);
	side->conn = NULL;
}

bool redis_side_is_ready(const struct redis_side *side)
{
	return side->is_ready;
}

/* Begins anew with each answer. */
static void side_watch_progress(struct redis_side *side)
{
	size_t n = lq_conn_n_pending(side->conn);

	if (n == 0)
		loop_timer_stop(side->loop, &side->stall);
	else if (!side->stall.is_set || n < side->n_pending)
		loop_timer_in(side->loop, &side->stall, STALL_MS);
	side->n_pending = n;
}

/* The connection closes and opens descriptors by itself; what is watched follows it. */
static void side_rewatch(struct redis_side *side)
{
	int fd = lq_conn_fd(side->conn);
	short wants = lq_conn_events(side->conn);
	int64_t deadline = lq_conn_deadline_ms(side->conn);

	if (fd < 0 || fd != side->source.fd)
		loop_forget(side->loop, &side->source);
	if (fd >= 0 && loop_watch(side->loop, &side->source, fd,
				  (wants & POLLIN ? EPOLLIN : 0u) |
					  (wants & POLLOUT ? EPOLLOUT : 0u) | EPOLLRDHUP) < 0)
		log_error("cannot watch the connection to Redis", LOG_TEXT("role", side->role));
	if (deadline >= 0)
		loop_timer_set(side->loop, &side->deadline, deadline);
	else
		loop_timer_stop(side->loop, &side->deadline);
	side_watch_progress(side);
}

static void side_lost(struct redis_side *side, const char *why)
{
	bool was_ready = side->is_ready;

	side->is_ready = false;
	side->backoff_ms = backoff_next(side->backoff_ms, RECONNECT_MIN_MS, side->backoff_max_ms);
	int64_t delay = backoff_jitter(side->backoff_ms);
	log_warning(was_ready ? "connection to Redis lost" : "cannot connect to Redis",
		    LOG_TEXT("url", lq_conn_display_url(side->conn)), LOG_TEXT("role", side->role),
		    LOG_TEXT("error", why), LOG_NUMBER("again_in_ms", delay));
	loop_timer_in(side->loop, &side->reconnect, delay);
	if (side->on_lost)
		side->on_lost(side->userdata);
}

static void side_ready(struct redis_side *side)
{
	if (side->backoff_ms > 0)
		log_info("connected to Redis again",
			 LOG_TEXT("url", lq_conn_display_url(side->conn)),
			 LOG_TEXT("role", side->role));
	side->is_ready = true;
	side->backoff_ms = 0;
	if (side->on_ready)
		side->on_ready(side->userdata);
}

/* A function called by a step may send: the bytes go out in one more step, not in a nested one. */
static void side_step(struct redis_side *side)
{
	int r;

	if (side->is_stepping) {
		side->again = true;
		return;
	}
	do {
		side->again = false;
		side->is_stepping = true;
		r = lq_conn_step(side->conn);
		side->is_stepping = false;
		if (r >= 0 && !side->is_ready && lq_conn_is_ready(side->conn)) {
			side_ready(side);
			side->again = true;
		}
	} while (r >= 0 && side->again);
	side_rewatch(side);
	if (r < 0)
		side_lost(side, lq_conn_error(side->conn));
}

/* The answer may come in this very call; what it means is acted upon in another turn. */
void redis_side_flush(struct redis_side *side)
{
	loop_hurry(side->loop);
	if (lq_conn_fd(side->conn) >= 0 || side->is_stepping)
		side_step(side);
}

void redis_side_connect(struct redis_side *side)
{
	loop_timer_stop(side->loop, &side->reconnect);
	int r = lq_conn_connect(side->conn);
	if (r < 0) {
		side_rewatch(side);
		side_lost(side, lq_conn_error(side->conn));
		return;
	}
	side_step(side);
}
