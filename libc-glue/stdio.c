/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What picolibc's streams need to be told: fdopen(fd, "rw") opens for both directions. ISO C knows only "r+", yet
 * "rw" is written often, and a stream that silently cannot be written loses the program's answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>

/* Replaces the library's own: flags of a stream opened in a mode, and of its descriptor; 0 for a wrong mode. */
int __stdio_flags(const char *mode, int *open_flags);

int __stdio_flags(const char *mode, int *open_flags)
{
	bool both = false;

	for (const char *m = mode + 1; *mode && *m; m++)
		if (*m == '+' || (*m == 'w' && mode[0] == 'r'))
			both = true;
	switch (mode[0]) {
	case 'r':
		*open_flags = O_RDONLY;
		break;
	case 'w':
		*open_flags = O_WRONLY | O_CREAT | O_TRUNC;
		break;
	case 'a':
		*open_flags = O_WRONLY | O_CREAT | O_APPEND;
		break;
	default:
		errno = EINVAL;
		return 0;
	}
	if (both)
		*open_flags = (*open_flags & ~O_ACCMODE) | O_RDWR;
	return both ? __SRD | __SWR : mode[0] == 'r' ? __SRD : __SWR;
}
