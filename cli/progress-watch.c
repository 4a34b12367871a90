/* SPDX-License-Identifier: MIT */
/* Progress of one long call, seen from a second client in a thread of its own. */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cleanup.h"
#include "counts.h"
#include "progress.h"

#define LOOK_MS 200

struct progress_watch {
	struct lq_client *client;
	const char *queue;
	enum lq_job_state state;
	struct progress progress;
	pthread_t thread;
	int stop_fd; /* readable: end */
};

static void free_watch(struct progress_watch *w)
{
	lq_client_close(w->client);
	cleanup_close(&w->stop_fd);
	free(w);
}

DEFINE_CLEANUP(struct progress_watch *, cleanup_watch, free_watch)

static void *watch(void *userdata)
{
	struct progress_watch *w = userdata;
	struct pollfd stop = { .fd = w->stop_fd, .events = POLLIN };
	struct lq_queue_counts counts;

	while (poll(&stop, 1, LOOK_MS) == 0) {
		int64_t left;

		if (lq_queue_stats(w->client, w->queue, &counts) < 0)
			continue;
		left = counts_of_state(&counts, w->state);
		if (left <= w->progress.total)
			progress_step(&w->progress, w->progress.total - left);
	}
	progress_end(&w->progress);
	return NULL;
}

struct progress_watch *progress_watch_start(const struct context *c, const char *queue,
					    enum lq_job_state state)
{
	_cleanup_(cleanup_watch) struct progress_watch *w = NULL;
	struct lq_queue_counts counts;

	if (!isatty(STDERR_FILENO))
		return NULL;
	w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	w->queue = queue;
	w->state = state;
	w->stop_fd = eventfd(0, EFD_CLOEXEC);
	w->client = context_second_client(c);
	if (w->stop_fd < 0 || !w->client || lq_queue_stats(w->client, queue, &counts) < 0)
		return NULL;
	w->progress.what = "deleted";
	w->progress.total = counts_of_state(&counts, state);
	if (pthread_create(&w->thread, NULL, watch, w) != 0)
		return NULL;
	return TAKE(w);
}

void progress_watch_stop(struct progress_watch *w)
{
	const uint64_t one = 1;

	if (!w)
		return;
	if (write(w->stop_fd, &one, sizeof(one)) == (ssize_t)sizeof(one))
		(void)pthread_join(w->thread, NULL);
	free_watch(w);
}
