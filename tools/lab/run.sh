# SPDX-License-Identifier: BSD-2-Clause
# Creates one domain and stays with it: shows its console until it ends, then says how.
# Arguments: IMAGE KEY=VALUE...
. lib.sh

# follow NAME: show lines of the console as they come; a line may come in parts.
follow() {
	local line part=
	while :; do
		if IFS= read -r line; then
			line=$part$line part=
			printf '%s| %s\n' "$1" "${line//$'\r'/}"
		else
			part=$part$line
			usleep 50000
		fi
	done <"/var/log/xen/guest-$1.log"
}

dom_create "$@" || exit 1
echo "LAB-CREATED"
follow "$1" &
state=running
while [ "$state" = running ]; do
	sleep 1
	state=$(dom_state "$1")
done
sleep 0.3
echo "LAB-ENDED $state"
[ "$state" = gone ]
