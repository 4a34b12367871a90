#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev setup [--lint]: installs the Debian packages that are missing, and nothing else.
set -eu

packages='gcc g++ libc6-dev pkg-config meson ninja-build python3 redis-server libhiredis-dev
	libmsgpack-dev uuid-dev libjansson-dev uthash-dev check libsubunit-dev lua-check'
lint_packages='clang clang-format clang-tidy cppcheck shellcheck mandoc groff
	codespell git'

[ "${1-}" != --lint ] || packages="$packages $lint_packages"

missing() {
	for package in $packages; do
		case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
		ii*) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

if ! command -v dpkg-query >/dev/null; then
	echo "dev setup: this is no Debian; what is needed must be there already:" >&2
	echo "$packages" | tr -s '\n\t' '  ' >&2
	exit 0
fi
needed=$(missing)
[ -n "$needed" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	as_root=sudo
	if ! command -v sudo >/dev/null; then
		echo "dev setup: neither root nor sudo; as root: apt-get install $needed" >&2
		exit 1
	fi
fi

# Debian starts a server that it installs. The tests start their own: keep it from
# starting, unless somebody has a policy of his own.
policy=/usr/sbin/policy-rc.d
undo_policy() {
	[ -z "${policy_is_ours-}" ] || $as_root rm -f "$policy"
}
trap undo_policy EXIT
trap 'exit 1' HUP INT TERM
case " $needed" in
*' redis-server '*)
	installs_redis=yes
	if [ ! -e "$policy" ]; then
		policy_is_ours=yes
		printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
		$as_root chmod 755 "$policy"
	fi
	;;
esac

install() {
	# shellcheck disable=SC2086 # a list of words
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		-o Dpkg::Use-Pty=0 --no-install-recommends install $needed </dev/null
}

log=$(mktemp)
echo "dev setup: installing $needed" >&2
if ! install >"$log" 2>&1; then
	# Most often the package lists are old or absent.
	if ! { $as_root apt-get -qq update && install; } >"$log" 2>&1; then
		cat "$log" >&2
		rm -f "$log"
		echo "dev setup: apt-get could not install $needed" >&2
		exit 1
	fi
fi
rm -f "$log"

# Nor shall it start at the next boot because of us.
if [ -n "${installs_redis-}" ] && command -v update-rc.d >/dev/null; then
	$as_root update-rc.d redis-server disable >/dev/null 2>&1 || :
fi
