/* SPDX-License-Identifier: MIT */
/* Kills processes and all that descends from them. */
#pragma once

#include "children.h"

/*
 * Stops the roots, then their children, then theirs, until nothing new is found; then kills
 * all, the youngest first. A stopped parent neither forks nor reaps, so that the tree does not grow
 * and no number in it is given to somebody else. roots grows by what was found. The roots' numbers
 * must be held (as children of the caller, or of its stopped children). 0, or a negative
 * errno: what was found is killed all the same.
 */
int killtree(struct pid_list *roots);
