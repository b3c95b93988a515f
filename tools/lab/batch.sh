# SPDX-License-Identifier: BSD-2-Clause
# Runs several jobs one after another in one dom0, each by itself: a folder, a time limit,
# and no domain left over from the one before. /lab/batch has a line for each: JOB TARGET
# LIMIT_S IMAGE (IMAGE may be empty). The lines "LAB-JOB JOB TARGET" and "LAB-END STATUS" frame what each job prints.
. lib.sh

# Destroy whatever domains a job left; says which.
clear_domains() {
	local id name rest
	xl list | tail -n +3 | while read -r name id rest; do
		echo "left over: domain $id, $name"
		xl destroy "$id"
		wait_until 10 _dom_gone "$id" || echo "domain $id does not go away"
	done
}

# Show every guest's console, and keep it with the job's results.
keep_consoles() {
	local log name
	for log in /var/log/xen/guest-*.log; do
		[ -s "$log" ] || continue
		name=${log##*/guest-}
		dom_show "${name%.log}" | tail -n 150 | awk 1 # awk ends a last line that has no end
		cp "$log" "$1/"
		: >"$log"
	done
}

# run_job JOB TARGET LIMIT_S IMAGE: its own session, so that nothing of it stays behind.
run_job() {
	local pid watch status
	(
		export TARGET=$2 IMAGE=$4 JOB_END=$(($(cut -d. -f1 /proc/uptime) + $3))
		unset IMAGES
		exec setsid bash "/lab/jobs/$1.job" 2>&1
	) &
	pid=$!
	(
		sleep "$3"
		echo "time limit of $3 s reached"
		kill -9 -- "-$pid"
	) &
	watch=$!
	{
		wait $pid
		status=$?
		kill $watch
		wait $watch
		kill -9 -- "-$pid"
	} 2>/dev/null # bash's own words about who was killed
	return $status
}

while read -r job target limit_s image; do
	results=/lab/out/$job-$target
	folder=/lab/run/$job-$target
	mkdir -p "$results" "$folder"
	ln -s "$results" "$folder/out"
	[ ! -d /lab/files ] || ln -s /lab/files/* "$folder/"
	cd "$folder" || exit 1
	echo "LAB-JOB $job $target"
	run_job "$job" "$target" "$limit_s" "$image"
	status=$?
	clear_domains 2>&1
	keep_consoles "$results"
	echo "LAB-END $status"
	cd /lab && rm -rf "$folder"
done </lab/batch
exit 0
