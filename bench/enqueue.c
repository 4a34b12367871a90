/* SPDX-License-Identifier: MIT */
/* How many jobs a second one client enqueues: bench-enqueue URL N BATCH (1: one call a job). */
#include <errno.h>
#include <libqueue/libqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "parse.h"

#define N_MAX 100000000
#define BATCH_MAX 100000
#define TEXT_SIZE 150 /* with the envelope about 200 bytes a record */

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct lq_value *make_args(int64_t n)
{
	static const char text[TEXT_SIZE + 1] = { [0 ... TEXT_SIZE - 1] = 'x' };

	return lq_pack("{s:I, s:s}", "n", n, "text", text);
}

static int enqueue(struct lq_client *lq, int64_t first, int64_t n)
{
	if (n == 1)
		return lq_enqueue(lq, "noop", make_args(first), NULL, NULL);

	struct lq_enqueue_spec *specs = calloc((size_t)n, sizeof(*specs));
	if (!specs)
		return -ENOMEM;
	for (int64_t i = 0; i < n; i++)
		specs[i] = (struct lq_enqueue_spec){ "noop", make_args(first + i), NULL };
	int r = lq_enqueue_many(lq, specs, (size_t)n, NULL, NULL);
	free(specs);
	return r;
}

int main(int argc, char **argv)
{
	int64_t n, batch;
	int r = 0;

	if (argc != 4 || parse_int64(argv[2], 1, N_MAX, &n) < 0 ||
	    parse_int64(argv[3], 1, BATCH_MAX, &batch) < 0) {
		fprintf(stderr, "usage: bench-enqueue URL N BATCH\n");
		return 2;
	}
	struct lq_client *lq = lq_client_new();
	if (lq_client_open(lq, argv[1], NULL) < 0) {
		fprintf(stderr, "%s\n", lq_client_error(lq));
		return 1;
	}
	double start = now();
	for (int64_t i = 0; i < n && r == 0; i += batch)
		r = enqueue(lq, i, batch < n - i ? batch : n - i);
	if (r == 0)
		printf("%.0f\n", (double)n / (now() - start));
	else
		fprintf(stderr, "%s: %s\n", lq_result_name(r), lq_client_error(lq));
	lq_client_close(lq);
	return r == 0 ? 0 : 1;
}
