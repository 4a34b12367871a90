/* SPDX-License-Identifier: MIT */
/* New ids: UUID text from libuuid. */
#pragma once

#define LQ_UUID_SIZE 37

void lq__uuid_make(char ret_id[LQ_UUID_SIZE]);
