# SPDX-License-Identifier: BSD-2-Clause
# Shell functions for lab jobs (bash, in dom0):  . lib.sh
#
# A job finds:  TARGET   pv64 or pv32
#               IMAGES   folder with IMAGE.elf and IMAGE.cfg of that target
#               SHIM_MB  memory that the PV shim takes from a domain of that target
#               GUEST    address that the host's forward and `dom_create` use
#               CLOCK    real or icount
# and works in a folder of its own; what it leaves in out/ is brought back to the host.

TARGET=${TARGET:-pv64}
IMAGES=${IMAGES:-/lab/$TARGET}
GUEST=192.168.2.11
GUEST_MAC=00:16:3e:00:00:11
case $TARGET in pv32) SHIM_MB=24 ;; *) SHIM_MB=0 ;; esac

# --- verdicts ----------------------------------------------------------------------------

# verdict SUITE.CASE ok|skip|fail [WHY]
verdict() { echo "T $*"; }

# check SUITE.CASE WHY COMMAND...: the case is ok when the command succeeds, else it fails
# and says WHY.
check() {
	local name=$1 why=$2
	shift 2
	if "$@" >/dev/null; then verdict "$name" ok; else verdict "$name" fail "$why"; fi
}

# guest_verdicts NAME: hand on the verdicts that a test image printed; fails if it did not
# print its final "T SUITE.end" line.
guest_verdicts() {
	dom_console "$1" | grep '^T '
	dom_console "$1" | grep -q '^T [^ ]*\.end '
}

# --- time --------------------------------------------------------------------------------

# now: seconds since dom0's boot, to the microsecond.   since T: seconds from T to now.
now() { probe now; }
since() { awk "BEGIN { printf \"%.6f\\n\", $(probe now) - $1 }"; }

# wait_until LIMIT_S COMMAND...: repeat the command until it succeeds.
wait_until() {
	local limit=$1 end
	shift
	end=$(awk "BEGIN { print int($(probe now) + $limit + 0.999) }")
	until "$@" >/dev/null 2>&1; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ] || return 1
		usleep 30000
	done
}

# --- domains -----------------------------------------------------------------------------

# cfg_set FILE KEY=VALUE...: set keys of an xl configuration. A number or a [list] goes in
# as it is, anything else in quotes; an empty value removes the key.
cfg_set() {
	local file=$1 key value
	shift
	for pair in "$@"; do
		key=${pair%%=*} value=${pair#*=}
		grep -v "^$key *=" "$file" >"$file.new"
		case $value in
		"") ;;
		*[!0-9]*) case $value in
			\[*) echo "$key = $value" ;;
			*) echo "$key = \"$value\"" ;;
			esac ;;
		*) echo "$key = $value" ;;
		esac >>"$file.new"
		mv "$file.new" "$file"
	done
}

# dom_cfg IMAGE [KEY=VALUE...]: write a configuration here, from the image's own, and print
# its name. A vif that it has gets the address GUEST, unless vif= says otherwise.
dom_cfg() {
	local image=$1 name=$1 pair cfg
	shift
	for pair in "$@"; do case $pair in name=*) name=${pair#name=} ;; esac; done
	cfg=dom-$name.cfg
	cp "$IMAGES/$image.cfg" "$cfg" || return 1
	if grep -q '^vif *=' "$cfg"; then
		cfg_set "$cfg" "vif=[\"mac=$GUEST_MAC,ip=$GUEST\"]"
	fi
	cfg_set "$cfg" name="$name" kernel="$IMAGES/$image.elf" on_crash=preserve "$@"
	echo "LAB-DOM $name $TARGET $image" >&3
	touch "/var/log/xen/guest-$name.log"
	: >"/var/log/xen/guest-$name.log"
	echo "$cfg"
}

# dom_create IMAGE [KEY=VALUE...]: create a domain; its name is the image's unless given.
dom_create() {
	local cfg
	cfg=$(dom_cfg "$@") || return 1
	xl create -q "$cfg"
}

dom_id() { xl domid "$1" 2>/dev/null; }

# dom_state NAME: running, crashed, shutdown or gone.
dom_state() {
	local state
	state=$(xl list "$1" 2>/dev/null | awk 'END { print $5 }')
	case $state in
	"") echo gone ;;
	*c*) echo crashed ;;
	*s* | *d*) echo shutdown ;;
	*) echo running ;;
	esac
}

_dom_ended() { [ "$(dom_state "$1")" != running ]; }

# On a busy machine, seen five times in about a million short sleeps: a shim halts with a
# timer due, while Xen below it has none armed for it (most likely the emulated processor
# takes an interrupt of a nested guest between its sti and hlt). An NMI wakes it, and it goes
# on as if nothing had been; one that was well only prints a line. So a silent domain gets
# one, and the report of the job says so. A timer that our own kernel loses stays lost.
_shim_wake() {
	[ "$TARGET" = pv32 ] && [ "$(dom_state "$1")" = running ] || return 0
	echo "note: $1 was silent for 10 s: NMI to its shim, in case that has missed its timer" >&2
	xl trigger "$1" nmi
}

# dom_wait_end NAME [LIMIT_S]: wait until it no longer runs; prints the state it came to.
dom_wait_end() {
	local left=${2:-30} status=1 said=-1 was
	while [ "$left" -gt 0 ] && [ $status -ne 0 ]; do
		was=$said said=$(wc -c <"/var/log/xen/guest-$1.log")
		[ "$was" != "$said" ] || _shim_wake "$1"
		wait_until $((left < 10 ? left : 10)) _dom_ended "$1"
		status=$? left=$((left - 10))
	done
	sleep 0.1 # the console daemon may still hold the last lines
	dom_state "$1"
	return $status
}

# dom_console NAME: what the guest wrote.   dom_show NAME: the same, marked as the guest's.
dom_console() { tr -d '\r' <"/var/log/xen/guest-$1.log"; }
dom_show() { dom_console "$1" | sed "s/^/$1| /"; }

_console_has() { dom_console "$1" | grep -aE -e "$2" >/dev/null; }

# dom_wait_line NAME REGEX [LIMIT_S]: wait for a line on the guest's console.
dom_wait_line() { wait_until "${3:-30}" _console_has "$1" "$2"; }

# dom_type NAME LINE: type a line on the guest's console.
dom_type() { echo "$2" >"$(xenstore-read "/local/domain/$(dom_id "$1")/console/tty")"; }

# dom_cpu NAME: CPU seconds used, as xl counts them (to 0.1 s).
dom_cpu() { xl list "$1" | awk 'END { print $6 }'; }

# dom_destroy NAME: destroy it and wait until it is gone.
_dom_gone() { ! xl list "$1"; }
dom_destroy() {
	xl destroy "$1" 2>/dev/null
	wait_until 10 _dom_gone "$1"
}

# --- network -----------------------------------------------------------------------------

# http_wait URL [LIMIT_S]: wait for any HTTP reply.
http_wait() { wait_until "${2:-30}" curl -s -o /dev/null --connect-timeout 0.3 -m 3 "$1"; }

# arp_static [ADDR MAC]: a fixed neighbour entry, so that no measurement waits for ARP.
arp_static() { arp -s "${1:-$GUEST}" "${2:-$GUEST_MAC}"; }

# --- the host ----------------------------------------------------------------------------

# host FILE ARGS...: run an executable of the source tree on the machine outside, with
# LAB_URL set to what reaches GUEST's port 80 from there; prints its output, returns its
# status. It is ended when the job's time is over. Needs the real clock.
host() {
	local answer now
	now=$(cut -d. -f1 /proc/uptime)
	echo "LAB-HOST $((${JOB_END:-now + 86400} - now)) $(printf '%s\037' "$@")" >&3
	read -r answer <&3
	return "${answer:-125}"
}
