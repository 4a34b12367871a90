/* SPDX-License-Identifier: MIT */
/* One look at queues and workers. */
#include "look.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"

void look_fini(struct look *look)
{
	free(look->names);
	free(look->counts);
	lq_workers_free(&look->workers);
	*look = (struct look){ 0 };
}

static int reserve(const struct context *c, struct look *look, size_t n)
{
	look->names = calloc(n + 1, sizeof(*look->names));
	look->counts = calloc(n + 1, sizeof(*look->counts));
	look->n = n;
	if (!look->names || !look->counts)
		return context_fail(c, LQ_EXIT_NOT, "out of memory");
	return 0;
}

static int choose_words(struct context *c, struct look *look)
{
	int r = reserve(c, look, c->args.n_words);

	for (size_t i = 0; r == 0 && i < look->n; i++)
		(void)snprintf(look->names[i], sizeof(*look->names), "%s", c->args.words[i]);
	return r;
}

/* Anew with each look: queues come up. */
static int choose_all(struct context *c, struct look *look)
{
	struct lq_queue_names known = { 0 };
	int r = lq_queue_list(c->client, &known);

	if (r < 0)
		return context_fail_call(c, r, "the known queues");
	r = reserve(c, look, known.n);
	for (size_t i = 0; r == 0 && i < look->n; i++)
		(void)snprintf(look->names[i], sizeof(*look->names), "%s", known.names[i]);
	lq_queue_names_free(&known);
	return r;
}

int look_take(struct context *c, struct look *look)
{
	int r = c->args.n_words ? choose_words(c, look) : choose_all(c, look);

	for (size_t i = 0; r == 0 && i < look->n; i++) {
		r = lq_queue_stats(c->client, look->names[i], &look->counts[i]);
		if (r < 0)
			return context_fail_call(c, r, look->names[i]);
	}
	if (r != 0)
		return r;
	r = lq_worker_list(c->client, &look->workers);
	if (r < 0)
		return context_fail_call(c, r, "the workers");
	look->at_ms = clock_monotonic_ms();
	return 0;
}
