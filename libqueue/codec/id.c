/* SPDX-License-Identifier: MIT */
/* New ids. Random, not by time: an id tells nobody which host made it or when. */
#include "id.h"

#include <uuid/uuid.h>

_Static_assert(LQ_UUID_SIZE == UUID_STR_LEN, "libuuid's text has another size");

void lq__uuid_make(char ret_id[LQ_UUID_SIZE])
{
	uuid_t uuid;

	uuid_generate_random(uuid);
	uuid_unparse_lower(uuid, ret_id);
}
