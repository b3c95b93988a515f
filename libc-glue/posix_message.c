/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of queues of messages. A message begins with its type, a long. */
#include <string.h>
#include <sys/msg.h>
#include <sys/stat.h>

#include "libc-glue/message_queue.h"
#include "libc-glue/posix.h"

key_t ftok(const char *path, int id)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -1;
	return (key_t)((unsigned)id << 24 | ((unsigned)st.st_dev & 0xff) << 16 |
		       ((unsigned)st.st_ino & 0xffff));
}

int msgget(key_t key, int flags)
{
	return posix_int(message_queue_get(key, flags));
}

int msgsnd(int id, const void *msg, size_t len, int flags)
{
	long type;

	memcpy(&type, msg, sizeof(type));
	return posix_int(message_queue_send(
		id, type, (const char *)msg + sizeof(type), len, flags));
}

ssize_t msgrcv(int id, void *msg, size_t len, long wanted, int flags)
{
	long type = 0;
	ssize_t n = posix_result(message_queue_receive(
		id, &type, (char *)msg + sizeof(type), len, wanted, flags));

	if (n >= 0)
		memcpy(msg, &type, sizeof(type));
	return n;
}

int msgctl(int id, int cmd, struct msqid_ds *ds)
{
	return posix_int(message_queue_control(id, cmd, ds));
}
