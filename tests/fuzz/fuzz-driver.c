/* SPDX-License-Identifier: MIT */
/* Replays a fuzz target's good inputs, files named as arguments, and thousands of inputs damaged in
 * ways that are the same in each run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "fuzz.h"

#define N_MUTATIONS 5000 /* of each good input */
#define GROWTH_MAX 16
#define INPUT_MAX (1024 * 1024)

static uint64_t random_state = 0x9e3779b97f4a7c15;
static size_t n_inputs;

/* xorshift64 */
static size_t random_below(size_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return n ? (size_t)(random_state % n) : 0;
}

/* In a block of exactly its size, so that sanitizers and valgrind see each step outside. */
static void run(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_free) uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	n_inputs++;
}

static size_t mutate_once(uint8_t *data, size_t size)
{
	static const uint8_t heads[] = { 0x00, 0x7f, 0x80, 0x90, 0xa0, 0xc0, 0xc4, 0xc6, 0xcf,
					 0xd9, 0xdb, 0xdc, 0xdd, 0xdf, 0xff, '9',  '-',  '.' };
	size_t at = random_below(size);

	switch (random_below(5)) {
	case 0: /* one bit */
		if (size > 0)
			data[at] ^= (uint8_t)(1u << random_below(8));
		return size;
	case 1: /* a byte that means something */
		if (size > 0)
			data[at] = heads[random_below(sizeof(heads))];
		return size;
	case 2: /* cut */
		return at;
	case 3: /* one byte out */
		if (size == 0)
			return 0;
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	default: /* one byte in */
		memmove(data + at + 1, data + at, size - at);
		data[at] = heads[random_below(sizeof(heads))];
		return size + 1;
	}
}

static void run_mutations(const void *seed, size_t size)
{
	_cleanup_(cleanup_free) uint8_t *data = malloc(size + GROWTH_MAX);

	if (!data)
		abort();
	run(seed, size);
	for (int i = 0; i < N_MUTATIONS; i++) {
		size_t n = size;

		memcpy(data, seed, size);
		for (size_t k = 1 + random_below(GROWTH_MAX - 1); k > 0; k--)
			n = mutate_once(data, n);
		run(data, n);
	}
}

static int run_file(const char *path)
{
	_cleanup_(cleanup_fclose) FILE *file = fopen(path, "rbe");
	_cleanup_(cleanup_free) uint8_t *data = malloc(INPUT_MAX);

	if (!file || !data) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	run(data, fread(data, 1, INPUT_MAX, file));
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (run_file(argv[i]) < 0)
			return EXIT_FAILURE;
	fuzz_seeds(run_mutations);
	(void)printf("%zu inputs\n", n_inputs);
	return n_inputs > N_MUTATIONS ? EXIT_SUCCESS : EXIT_FAILURE;
}
