-- SPDX-License-Identifier: MIT
-- Scripts are checked as they are composed (tools/check-lua.py).
std = "lua51"
read_globals = { "redis", "struct", "cmsgpack", "KEYS", "ARGV" }
max_line_length = 130
