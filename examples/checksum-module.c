/* SPDX-License-Identifier: MIT */
/*
 * The handler of checksums.c: {"path": "..."} -> {"sum": 64-bit FNV-1a in hex, "size": bytes}
 *
 *   cc -shared -fPIC $(pkg-config --cflags libqueue-handler) checksum-module.c -o
 * checksum-module.so lq-worker --module ./checksum-module.so checksums
 */
#include <errno.h>
#include <inttypes.h>
#include <libqueue/handler.h>
#include <stdio.h>
#include <string.h>

static int sum_file(FILE *file, uint64_t *ret_sum, int64_t *ret_size)
{
	uint64_t sum = 0xcbf29ce484222325;
	unsigned char data[65536];
	int64_t size = 0;
	size_t n;

	while ((n = fread(data, 1, sizeof(data), file)) > 0) {
		for (size_t i = 0; i < n; i++)
			sum = (sum ^ data[i]) * 0x100000001b3;
		size += (int64_t)n;
	}
	*ret_sum = sum;
	*ret_size = size;
	return ferror(file) ? -EIO : 0;
}

static int checksum(struct lq_job *job)
{
	const char *path;
	char text[20];
	uint64_t sum;
	int64_t size;
	FILE *file;
	int r;

	if (lq_job_unpack(job, "{s:s}", "path", &path) < 0)
		return lq_job_fail(job, "arguments: %s", lq_job_error(job));
	file = fopen(path, "re");
	if (!file)
		return lq_job_fail(job, "%s: %s", path, strerror(errno));
	r = sum_file(file, &sum, &size);
	(void)fclose(file);
	if (r < 0)
		return r; /* tried again, while attempts are left */
	(void)snprintf(text, sizeof(text), "%016" PRIx64, sum);
	return lq_job_return(job, "{s:s, s:I}", "sum", text, "size", size);
}

LQ_HANDLERS({ .name = "checksum", .run = checksum, .timeout_ms = 60000, .max_attempts = 3 }, )
