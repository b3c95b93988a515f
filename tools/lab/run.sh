# SPDX-License-Identifier: BSD-2-Clause
# Creates one domain and stays with it: shows its console until it ends, then says how.
# Arguments: IMAGE KEY=VALUE...
. lib.sh

dom_create "$@" || exit 1
echo "LAB-CREATED"
tail -n +1 -f "/var/log/xen/guest-$1.log" 2>/dev/null | tr -d '\r' | while IFS= read -r line; do
	printf '%s| %s\n' "$1" "$line"
done &
state=running
while [ "$state" = running ]; do
	sleep 1
	state=$(dom_state "$1")
done
sleep 1.3 # tail looks once a second
echo "LAB-ENDED $state"
[ "$state" = gone ]
