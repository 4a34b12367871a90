/* SPDX-License-Identifier: MIT */
/* Runners hashed by pid, which is asked for with every death; by generation only for a signal. */
#include "runners.h"

#include <stdlib.h>

static size_t bucket_of(pid_t pid)
{
	return (unsigned int)pid % RUNNERS_BUCKETS;
}

struct runner *runners_add(struct runners *runners, pid_t pid, uint64_t generation)
{
	struct runner *runner = malloc(sizeof(*runner));

	if (!runner)
		return NULL;
	*runner = (struct runner){ .pid = pid, .generation = generation };
	LIST_INSERT_HEAD(&runners->buckets[bucket_of(pid)], runner, link);
	runners->n++;
	return runner;
}

struct runner *runners_find_pid(const struct runners *runners, pid_t pid)
{
	struct runner *runner;

	LIST_FOREACH (runner, &runners->buckets[bucket_of(pid)], link)
		if (runner->pid == pid)
			return runner;
	return NULL;
}

struct runner *runners_find_generation(const struct runners *runners, uint64_t generation)
{
	struct runner *runner;

	for (size_t i = 0; i < RUNNERS_BUCKETS; i++)
		LIST_FOREACH (runner, &runners->buckets[i], link)
			if (runner->generation == generation)
				return runner;
	return NULL;
}

void runners_remove(struct runners *runners, struct runner *runner)
{
	LIST_REMOVE(runner, link);
	runners->n--;
	free(runner);
}

void runners_each(const struct runners *runners, void (*fn)(const struct runner *runner))
{
	const struct runner *runner;

	for (size_t i = 0; i < RUNNERS_BUCKETS; i++)
		LIST_FOREACH (runner, &runners->buckets[i], link)
			fn(runner);
}

void runners_fini(struct runners *runners)
{
	for (size_t i = 0; i < RUNNERS_BUCKETS; i++)
		while (!LIST_EMPTY(&runners->buckets[i]))
			runners_remove(runners, LIST_FIRST(&runners->buckets[i]));
}
