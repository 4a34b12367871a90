/* SPDX-License-Identifier: MIT */
/*
 * Fan-out: hands the files of a directory to workers, gathers their checksums.
 *
 *   cc checksums.c $(pkg-config --cflags --libs libqueue) -o checksums
 *   ./checksums redis://127.0.0.1:6379/0 /usr/include     (workers with checksum-module.so run)
 */
#include <dirent.h>
#include <libqueue/libqueue.h>
#include <stdio.h>
#include <stdlib.h>

#define QUEUE "checksums"
#define FILES_MAX 10000

static struct lq_enqueue_spec specs[FILES_MAX];
static char ids[FILES_MAX][LQ_ID_SIZE], paths[FILES_MAX][4096];

static _Noreturn void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "%s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* One job for each regular file; returns how many. */
static size_t prepare(const char *directory, const struct lq_enqueue_options *how)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	size_t n = 0;

	if (!dir)
		die(directory, "cannot be opened");
	while (n < FILES_MAX && (entry = readdir(dir))) {
		if (entry->d_type != DT_REG)
			continue;
		(void)snprintf(paths[n], sizeof(paths[n]), "%s/%s", directory, entry->d_name);
		specs[n].handler = "checksum";
		specs[n].args = lq_pack("{s:s}", "path", paths[n]);
		specs[n++].options = how;
	}
	(void)closedir(dir);
	return n;
}

/* Prints the checksum of one file; false: there is none. */
static int gather(struct lq_client *lq, const char *id, const char *path)
{
	struct lq_job_info *info = NULL;
	const char *sum;
	int ok = lq_job_wait(lq, QUEUE, id, 60000, &info) == 0 && info->result &&
		 lq_unpack(info->result, "{s:s}", "sum", &sum) == 0;

	if (ok)
		(void)printf("%s  %s\n", sum, path);
	else
		(void)fprintf(stderr, "%s: no checksum\n", path);
	lq_job_info_free(info);
	return ok;
}

int main(int argc, char **argv)
{
	struct lq_enqueue_options how = LQ_ENQUEUE_OPTIONS_INIT;
	struct lq_client *lq = lq_client_new();
	size_t n, n_ok = 0;

	if (argc != 3 || lq_client_open(lq, argv[1], NULL) < 0)
		die("URL DIRECTORY are wanted", lq_client_error(lq));
	how.queue = QUEUE;
	n = prepare(argv[2], &how);
	if (lq_enqueue_many(lq, specs, n, ids, NULL) != 0)
		die("enqueue", lq_client_error(lq));
	for (size_t i = 0; i < n; i++)
		n_ok += (size_t)gather(lq, ids[i], paths[i]);
	lq_client_close(lq);
	return n_ok == n ? EXIT_SUCCESS : EXIT_FAILURE;
}
