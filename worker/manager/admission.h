/* SPDX-License-Identifier: MIT */
/* What a job that was handed out is: one to run, or one to be settled unrun. */
#pragma once

struct lq_handed_out;
struct manager;

void admission_take(struct manager *m, const struct lq_handed_out *given);
