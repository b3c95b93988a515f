/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process has used and may use. Nothing is limited but by the domain and by tables. */
#include <string.h>
#include <sys/resource.h>

#include "kernel/page.h"
#include "kernel/timer.h"
#include "libc-glue/posix.h"
#include "libc-glue/task.h"

/* No time is counted for each process: zeroes, which say so. */
int getrusage(int who, struct rusage *usage)
{
	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN)
		return posix_int(-EINVAL);
	memset(usage, 0, sizeof(*usage));
	return posix_int(0);
}

int getrlimit(int resource, struct rlimit *limit)
{
	rlim_t most = RLIM_INFINITY;

	if (resource < 0 || resource > RLIMIT_AS)
		return posix_int(-EINVAL);
	if (resource == RLIMIT_NOFILE)
		most = FD_MAX;
	else if (resource == RLIMIT_NPROC)
		most = TASK_MAX;
	else if (resource == RLIMIT_CORE)
		most = 0;
	*limit = (struct rlimit){most, most};
	return posix_int(0);
}

/* Only what is so already can be set. */
int setrlimit(int resource, const struct rlimit *limit)
{
	struct rlimit now;

	if (getrlimit(resource, &now))
		return -1;
	return posix_int(limit->rlim_cur == now.rlim_cur ? 0 : -EPERM);
}
