/* SPDX-License-Identifier: MIT */
/* What a process costs here at least: two seconds of forks, exits and waits, one at a time. */
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 2.0

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(void)
{
	double start = now();
	int n = 0;

	while (now() - start < SECONDS) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) < 0) {
			perror("bench-fork-loop");
			return 1;
		}
		n++;
	}
	printf("%.0f\n", n / (now() - start));
	return 0;
}
