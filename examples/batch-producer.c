/* SPDX-License-Identifier: MIT */
/*
 * A batch producer: a job for each line of its input, in few round trips.
 *
 *   cc batch-producer.c $(pkg-config --cflags --libs libqueue) -o batch-producer
 *   seq 100000 | ./batch-producer redis://127.0.0.1:6379/0
 */
#include <libqueue/libqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 5000

static _Noreturn void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "%s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* Fills a batch with "greet" jobs; returns how many lines there were. */
static size_t read_batch(struct lq_enqueue_spec *specs)
{
	char line[256];
	size_t n = 0;

	while (n < BATCH && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		specs[n].handler = "greet";
		specs[n].args = lq_pack("{s:s}", "name", line);
		specs[n++].options = NULL;
	}
	return n;
}

/* Returns how many were made; the call consumes all arguments, whatever becomes of it. */
static size_t enqueue(struct lq_client *lq, const struct lq_enqueue_spec *specs, size_t n,
		      int *outcomes)
{
	size_t n_made = 0;

	if (lq_enqueue_many(lq, specs, n, NULL, outcomes) < 0)
		die("enqueue", lq_client_error(lq));
	for (size_t i = 0; i < n; i++) {
		n_made += outcomes[i] == 0;
		if (outcomes[i] != 0)
			(void)fprintf(stderr, "job %zu: %s\n", i, lq_result_text(outcomes[i]));
	}
	return n_made;
}

int main(int argc, char **argv)
{
	static struct lq_enqueue_spec specs[BATCH];
	static int outcomes[BATCH];
	struct lq_client *lq = lq_client_new();
	size_t n, total = 0, n_made = 0;

	if (argc != 2)
		die(argv[0], "a URL is wanted");
	if (lq_client_open(lq, argv[1], NULL) < 0)
		die("open", lq_client_error(lq));
	while ((n = read_batch(specs)) > 0) {
		total += n;
		n_made += enqueue(lq, specs, n, outcomes);
	}
	lq_client_close(lq);
	(void)printf("%zu of %zu made\n", n_made, total);
	return n_made == total ? EXIT_SUCCESS : EXIT_FAILURE;
}
