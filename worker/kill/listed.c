/* SPDX-License-Identifier: MIT */
/* What this kernel can tell; a file of its own, so that tests can put another answer in its place.
 */
#include "children.h"

#include <stdio.h>
#include <unistd.h>

bool children_are_listed(void)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	return access(path, R_OK) == 0;
}
