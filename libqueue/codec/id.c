/* SPDX-License-Identifier: MIT */
/* New ids. Random (RFC 4122, version 4), not by time: an id tells nobody which host made it or
 * when. */
#include "id.h"

#include <sys/random.h>
#include <uuid/uuid.h>

_Static_assert(LQ_UUID_SIZE == UUID_STR_LEN, "libuuid's text has another size");

/*
 * The bytes come from the kernel: libuuid's own generator seeds random(), whose state is the
 * host program's. It is asked where the kernel has none.
 */
void lq__uuid_make(char ret_id[LQ_UUID_SIZE])
{
	uuid_t uuid;

	if (getrandom(uuid, sizeof(uuid), 0) == (ssize_t)sizeof(uuid)) {
		uuid[6] = (unsigned char)((uuid[6] & 0x0f) | 0x40);
		uuid[8] = (unsigned char)((uuid[8] & 0x3f) | 0x80);
	} else {
		uuid_generate_random(uuid);
	}
	uuid_unparse_lower(uuid, ret_id);
}
