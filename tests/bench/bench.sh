# SPDX-License-Identifier: BSD-2-Clause
# Functions of the measuring jobs:  . ./bench.sh
. lib.sh

URL=http://$GUEST
PAGE=10240

# bench NAME VALUE UNIT: a figure for the table.
bench() { echo "B $*"; }

# bench_create SIZES [KEY=VALUE...]: create the domain "web" from $IMAGE; it serves files of
# zeros, each named by its size, SIZES being "10240,1048576". Linux makes them itself.
bench_create() {
	local sizes=$1 size
	shift
	if [ "$TARGET" = linux ]; then
		dom_create linux name=web memory=256 ramdisk="$IMAGES/linux.cpio.gz" \
			"cmdline=console=hvc0 rdinit=/init quiet mitigations=off files=$sizes" "$@"
		return
	fi
	mkdir -p site
	for size in ${sizes//,/ }; do truncate -s "$size" "site/$size"; done
	tar cf site.tar -C site . || return 1
	rm -r site
	dom_create "$IMAGE" name=web memory=$((256 + SHIM_MB)) ramdisk="$PWD/site.tar" \
		"cmdline=-- -l off" "$@"
}

# bench_serve SIZES: create it and wait until it answers.
bench_serve() {
	arp_static
	bench_create "$@" && probe http $GUEST 80 /$PAGE 30 >/dev/null && return
	verdict bench.serve fail "the domU does not answer"
	exit 1
}

# fetch SIZE: bytes per second of one fetch; fails unless the whole file came.
fetch() {
	curl -sSf -m 60 -o /dev/null -w '%{size_download} %{speed_download}\n' "$URL/$1" |
		awk -v size="$1" '$1 == size { print $2; found = 1 } END { exit !found }'
}

# per A B DIGITS: A / B.
per() { awk "BEGIN { printf \"%.${3:-2}f\", $1 / $2 }"; }
