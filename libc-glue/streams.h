/* SPDX-License-Identifier: BSD-2-Clause */
/* The streams of a process: 0, 1, 2, and what it opened. Inside libc.process. */
#ifndef LIBC_GLUE_STREAMS_H
#define LIBC_GLUE_STREAMS_H

struct task;

/** The FILE of descriptor 0, 1 or 2. Context: any. */
void *stream_of(struct task *t, int fd);

#endif
