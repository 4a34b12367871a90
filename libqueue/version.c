/* SPDX-License-Identifier: MIT */
/* The version of the library that runs. */
#include <libqueue/version.h>

const char *lq_version(void)
{
	return LQ_VERSION;
}
