/* SPDX-License-Identifier: MIT */
/*
 * From the call of lq_enqueue() to the first line of the handler, with nothing else to do:
 * bench-latency URL N, one job at a time on an idle worker with bench-module. Prints p50 and p99 in
 * microseconds, then the same for enqueue to result.
 */
#include <inttypes.h>
#include <libqueue/libqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "parse.h"

#define N_MAX 100000
#define WAIT_MS 10000

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* 0, or what went wrong, told. */
static int one(struct lq_client *lq, int64_t *ret_start_ns, int64_t *ret_result_ns)
{
	/* Until the runner of the job before has gone and the next one is there: the worker is
	 * idle. */
	static const struct timespec pause = { .tv_nsec = 5000000 };
	struct lq_job_info *info = NULL;
	char id[LQ_ID_SIZE];
	int64_t started;

	(void)nanosleep(&pause, NULL);
	int64_t before = now_ns();
	int r = lq_enqueue(lq, "stamp", NULL, NULL, id);
	if (r == 0)
		r = lq_job_wait(lq, LQ_DEFAULT_QUEUE, id, WAIT_MS, &info);
	int64_t after = now_ns();

	if (r == 0)
		r = lq_unpack(info->result, "I", &started);
	lq_job_info_free(info);
	if (r != 0) {
		fprintf(stderr, "%s: %s\n", lq_result_name(r), lq_client_error(lq));
		return r;
	}
	*ret_start_ns = started - before;
	*ret_result_ns = after - before;
	return 0;
}

static void print(int64_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), compare);
	int64_t p50 = ns[n / 2], p99 = ns[n * 99 / 100];
	printf("%.1f %.1f\n", (double)p50 / 1e3, (double)p99 / 1e3);
}

int main(int argc, char **argv)
{
	static int64_t start_ns[N_MAX], result_ns[N_MAX];
	struct lq_client *lq = lq_client_new();
	int64_t n;
	int r = 0;

	if (argc != 3 || parse_int64(argv[2], 1, N_MAX, &n) < 0) {
		fprintf(stderr, "usage: bench-latency URL N\n");
		return 2;
	}
	if (lq_client_open(lq, argv[1], NULL) < 0) {
		fprintf(stderr, "%s\n", lq_client_error(lq));
		return 1;
	}
	for (int64_t i = 0; i < n && r == 0; i++) {
		/* The worker is to be idle again, as it mostly is where latency matters. */
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){ .tv_nsec = 5000000 },
				      NULL);
		r = one(lq, &start_ns[i], &result_ns[i]);
	}
	lq_client_close(lq);
	if (r != 0)
		return 1;
	print(start_ns, (size_t)n);
	print(result_ns, (size_t)n);
	return 0;
}
