/* SPDX-License-Identifier: MIT */
/* What people type, to numbers: durations, sizes, times. 0, or -EINVAL (nothing is set), -ERANGE.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PARSE_FOREVER (-1)

/* "250ms 30s 5m 2h 7d", a bare number is seconds ("1.5s" too), "forever": PARSE_FOREVER; negative:
 * -EINVAL. */
int parse_duration_ms(const char *text, int64_t *ret_ms);
/* "64k 1m 2g", a bare number is bytes. */
int parse_size(const char *text, uint64_t *ret_bytes);
/* RFC 3339 with offset, or "@unix-seconds" (a fraction is allowed); a time without zone: -EINVAL.
 */
int parse_time_ms(const char *text, int64_t *ret_unix_ms);
/* A whole decimal number in min..max and nothing else. */
int parse_int64(const char *text, int64_t min, int64_t max, int64_t *ret);

#define FORMAT_TIME_SIZE 32
/* "2026-11-24T16:00:00.000Z"; returns buf. */
char *format_time_ms(int64_t unix_ms, char buf[FORMAT_TIME_SIZE]);
/* "1.5s", "2h", "forever": what parse_duration_ms() takes; returns buf. */
char *format_duration_ms(int64_t ms, char buf[FORMAT_TIME_SIZE]);
