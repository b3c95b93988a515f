/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names that make pipes and pairs of sockets. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <unistd.h>

#include "libc-glue/pipe.h"
#include "libc-glue/posix.h"

int pipe(int fds[2])
{
	return posix_int(pipe_open(fds, 0));
}

int pipe2(int fds[2], int flags)
{
	return posix_int(pipe_open(fds, flags));
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
	return posix_int(pipe_socket_pair(domain, type, protocol, fds));
}
