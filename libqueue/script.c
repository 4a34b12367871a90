/* SPDX-License-Identifier: MIT */
/* The table of scripts, from the headers that tools/embed-lua.py writes. */
#include "script.h"
#include "cancel.lua.h"
#include "delete.lua.h"
#include "enqueue.lua.h"
#include "exchange.lua.h"
#include "find.lua.h"
#include "list.lua.h"
#include "pause.lua.h"
#include "purge.lua.h"
#include "reap.lua.h"
#include "requeue.lua.h"
#include "resume.lua.h"
#include "stats.lua.h"
#include "stop.lua.h"
#include "trim.lua.h"
#include "wait.lua.h"

#define LUA_SCRIPT(script, keys)                                                           \
	{                                                                                  \
		.name = #script, .text = lua_##script##_text, .size = lua_##script##_size, \
		.sha1 = lua_##script##_sha1, .n_keys = (keys)                              \
	}

const struct lq_script lq__scripts[LQ_N_SCRIPTS] = {
	[LQ_SCRIPT_ENQUEUE] = LUA_SCRIPT(enqueue, 1),
	[LQ_SCRIPT_EXCHANGE] = LUA_SCRIPT(exchange, -1),
	[LQ_SCRIPT_REAP] = LUA_SCRIPT(reap, 1),
	[LQ_SCRIPT_CANCEL] = LUA_SCRIPT(cancel, 1),
	[LQ_SCRIPT_DELETE] = LUA_SCRIPT(delete, 1),
	[LQ_SCRIPT_REQUEUE] = LUA_SCRIPT(requeue, 1),
	[LQ_SCRIPT_STOP] = LUA_SCRIPT(stop, 1),
	[LQ_SCRIPT_FIND] = LUA_SCRIPT(find, 1),
	[LQ_SCRIPT_WAIT] = LUA_SCRIPT(wait, 1),
	[LQ_SCRIPT_PAUSE] = LUA_SCRIPT(pause, 1),
	[LQ_SCRIPT_RESUME] = LUA_SCRIPT(resume, 1),
	[LQ_SCRIPT_PURGE] = LUA_SCRIPT(purge, 1),
	[LQ_SCRIPT_TRIM] = LUA_SCRIPT(trim, 1),
	[LQ_SCRIPT_STATS] = LUA_SCRIPT(stats, 1),
	[LQ_SCRIPT_LIST] = LUA_SCRIPT(list, 1),
};
