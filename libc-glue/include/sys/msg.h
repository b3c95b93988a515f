/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of messages, with the numbers that Linux uses. */
#ifndef _SYS_MSG_H
#define _SYS_MSG_H

#include <sys/ipc.h>
#include <sys/types.h>

typedef unsigned long msgqnum_t;
typedef unsigned long msglen_t;

struct msqid_ds {
	struct ipc_perm msg_perm;
	msgqnum_t msg_qnum;  /* messages that wait */
	msglen_t msg_qbytes; /* how many bytes may */
	pid_t msg_lspid;     /* who sent last */
	pid_t msg_lrpid;     /* who received last */
	time_t msg_stime;    /* when */
	time_t msg_rtime;
	time_t msg_ctime;
};

#define MSG_NOERROR 010000 /* cut what is too long */

#ifdef __cplusplus
extern "C" {
#endif
int msgget(key_t key, int flags);
int msgsnd(int id, const void *msg, size_t len, int flags);
ssize_t msgrcv(int id, void *msg, size_t len, long type, int flags);
int msgctl(int id, int cmd, struct msqid_ds *ds);
#ifdef __cplusplus
}
#endif

#endif
