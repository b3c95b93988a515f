/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of messages that processes find by a key. */
#ifndef LIBC_GLUE_MESSAGE_QUEUE_H
#define LIBC_GLUE_MESSAGE_QUEUE_H

#include <stddef.h>
#include <sys/msg.h>

#define MESSAGE_QUEUES      16
#define MESSAGE_QUEUE_BYTES 16384 /* of messages that wait in one */

/*
 * Under msgget(), msgsnd(), msgrcv(), msgctl(). All take a lock; sending and receiving
 * sleep unless flags have IPC_NOWAIT. Context: thread. Source: POSIX, <sys/msg.h>.
 */

/** Returns the queue's number, or -ENOENT, -EEXIST, -ENOSPC. */
int message_queue_get(key_t key, int flags);

/** Returns 0, or -EINVAL, -EAGAIN, -EIDRM, -EINTR, -ENOMEM. @type: above 0 */
int message_queue_send(int id, long type, const void *bytes, size_t len, int flags);

/**
 * Take the first message that `wanted` means: 0 any, above 0 one of that type, below 0 one
 * of the lowest type up to -wanted.
 *
 * @type  gets its type
 * Returns its length, or -EINVAL, -E2BIG, -ENOMSG, -EIDRM, -EINTR.
 */
ssize_t message_queue_receive(
	int id, long *type, void *bytes, size_t len, long wanted, int flags);

/** Returns 0 or -EINVAL. Who sleeps in a queue that is removed gets -EIDRM. */
int message_queue_control(int id, int cmd, struct msqid_ds *ds);

#endif
