/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes, and pairs of connected local sockets. */
#ifndef LIBC_GLUE_PIPE_H
#define LIBC_GLUE_PIPE_H

/**
 * pipe2(2): fds[0] reads what fds[1] writes. Writing when no reader is left gives -EPIPE; there is no SIGPIPE.
 *
 * @flags  O_NONBLOCK, O_CLOEXEC
 * Returns 0, -EINVAL, -ENOMEM, -EMFILE.
 * Context: thread. Source: POSIX, pipe().
 */
int pipe_open(int fds[2], int flags);

/**
 * socketpair(2) of AF_UNIX, SOCK_STREAM: what one writes the other reads. For read() and write(): such a socket has no
 * address, no options, and no send() or recv().
 *
 * @type  SOCK_STREAM with SOCK_NONBLOCK, SOCK_CLOEXEC
 * Returns 0, -EAFNOSUPPORT, -EPROTONOSUPPORT, -ENOMEM, -EMFILE.
 * Context: thread. Source: POSIX, socketpair().
 */
int pipe_socket_pair(int domain, int type, int protocol, int fds[2]);

#endif
