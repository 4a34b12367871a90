# SPDX-License-Identifier: MIT
# Completion of lq for bash.

_lq_queues() {
	lq info --json 2>/dev/null | tr '{' '\n' | sed -n 's/^"name":"\([^"]*\)","paused".*/\1/p'
}

_lq_options() {
	local common='--url --json --help'
	case $1 in
	'') echo "$common --version" ;;
	enqueue) echo "$common --queue --id --in --at --timeout --retry --backoff --result-ttl --failure-ttl --ttl --unique --front --wait --exist-ok" ;;
	wait) echo "$common --queue --timeout" ;;
	show) echo "$common --queue --reveal" ;;
	list) echo "$common --queue --limit --after --by" ;;
	info) echo "$common --watch" ;;
	retry | requeue) echo "$common --queue --all --handler --kind --count" ;;
	cancel) echo "$common --queue" ;;
	delete) echo "$common --queue --all" ;;
	pause) echo "$common --for --all" ;;
	resume) echo "$common --all" ;;
	*) echo "$common" ;;
	esac
}

_lq() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local commands='enqueue wait show list info workers retry requeue cancel delete pause resume empty ping help'
	local states='deferred scheduled queued started finished failed canceled stopped'
	local kinds='error exit signal timeout memory lost rejected no_handler bad_arguments stopped'
	local command='' i words

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-u | --url) i=$((i + 1)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	case $command:$previous in
	*:-q | *:--queue) words=$(_lq_queues) ;;
	*:--by) words='handler kind worker' ;;
	*:--kind) words=$kinds ;;
	delete:--all | delete:-a) words=$states ;;
	*)
		case $current in
		-*) words=$(_lq_options "$command") ;;
		*)
			case $command in
			'' | help) words=$commands ;;
			list) words=$states ;;
			info | pause | resume | empty) words=$(_lq_queues) ;;
			*) words='' ;;
			esac
			;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _lq lq
