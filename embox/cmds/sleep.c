/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SECONDS_MAX 1e9

int main(int argc, char **argv)
{
	char *end;
	double seconds = argc == 2 ? strtod(argv[1], &end) : -1;
	struct timespec t;

	if (seconds < 0 || seconds > SECONDS_MAX || *end) {
		fputs("sleep SECONDS\n", stderr);
		return 2;
	}
	t.tv_sec = (time_t)seconds;
	t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
	return nanosleep(&t, NULL) != 0;
}
