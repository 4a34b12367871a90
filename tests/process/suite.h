/* SPDX-License-Identifier: MIT */
/* The main function of a process test: a suite of one case, as an ordinary user if asked. */
#pragma once

#include <check.h>
#include <stddef.h>

/* Returns an exit code. */
int run_process_tests(const char *name, const TTest *const *tests, size_t n);
