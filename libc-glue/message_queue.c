/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queues of messages: a list each, first in first out, and a place in one table. A number
 * says which place and the how manieth queue of it, so that those of removed queues mean
 * nothing. They belong to no process: they stay until they are removed.
 */
#include "libc-glue/message_queue.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/sync.h"
#include "kernel/timer.h"
#include "libc-glue/process.h"
#include "libc-glue/time.h"

struct message {
	struct message *next;
	long type;
	size_t len;
	char bytes[];
};

struct queue {
	bool used;
	unsigned short round; /* of this place */
	struct message *first, **last;
	size_t bytes; /* of those that wait */
	struct msqid_ds ds;
};

static struct queue queues[MESSAGE_QUEUES];
static struct mutex lock = MUTEX_INIT(lock);
static struct cond changed = COND_INIT(changed); /* any of them: they are few */

static int number_of(const struct queue *q)
{
	return q->round * MESSAGE_QUEUES + (int)(q - queues);
}

/* NULL when that queue is no more. Under the lock, as all below. */
static struct queue *find(int id)
{
	struct queue *q = id >= 0 ? &queues[id % MESSAGE_QUEUES] : NULL;

	return q && q->used && number_of(q) == id ? q : NULL;
}

static time_t seconds_now(void)
{
	struct timespec now = {0};

	(void)time_get(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static int create(key_t key, int flags)
{
	struct queue *q = queues;

	while (q < queues + MESSAGE_QUEUES && q->used)
		q++;
	if (q == queues + MESSAGE_QUEUES)
		return -ENOSPC;
	q->used = true;
	q->first = NULL;
	q->last = &q->first;
	q->bytes = 0;
	q->ds = (struct msqid_ds){
		.msg_perm = {.__key = key, .mode = (mode_t)(flags & 0777)},
		.msg_qbytes = MESSAGE_QUEUE_BYTES,
		.msg_ctime = seconds_now(),
	};
	return number_of(q);
}

static int get(key_t key, int flags)
{
	for (struct queue *q = queues; key && q < queues + MESSAGE_QUEUES; q++) {
		if (!q->used || q->ds.msg_perm.__key != key)
			continue;
		return flags & IPC_CREAT && flags & IPC_EXCL ? -EEXIST : number_of(q);
	}
	return key && !(flags & IPC_CREAT) ? -ENOENT : create(key, flags);
}

int message_queue_get(key_t key, int flags)
{
	int id;

	mutex_lock(&lock);
	id = get(key, flags);
	mutex_unlock(&lock);
	return id;
}

/* Wait until something changes. Returns 0, -EINTR, or -EIDRM when the queue has gone. */
static int wait_for_change(int id)
{
	int err = cond_wait_until(&changed, &lock, TIME_FOREVER);

	return find(id) ? err : -EIDRM;
}

/* Append once there is room. */
static int append(int id, struct message *m, int flags)
{
	struct queue *q = find(id);
	int err = q && m->len <= q->ds.msg_qbytes ? 0 : -EINVAL;

	while (!err && q->bytes + m->len > q->ds.msg_qbytes)
		err = flags & IPC_NOWAIT ? -EAGAIN : wait_for_change(id);
	if (err)
		return err;
	*q->last = m;
	q->last = &m->next;
	q->bytes += m->len;
	q->ds.msg_qnum++;
	q->ds.msg_lspid = process_self()->pid;
	q->ds.msg_stime = seconds_now();
	cond_broadcast(&changed);
	return 0;
}

int message_queue_send(int id, long type, const void *bytes, size_t len, int flags)
{
	struct message *m;
	int err;

	if (type < 1 || len > MESSAGE_QUEUE_BYTES)
		return -EINVAL;
	m = kmalloc(sizeof(*m) + len);
	if (!m)
		return -ENOMEM;
	m->next = NULL;
	m->type = type;
	m->len = len;
	memcpy(m->bytes, bytes, len);
	mutex_lock(&lock);
	err = append(id, m, flags);
	mutex_unlock(&lock);
	if (err)
		kfree(m);
	return err;
}

/* The link that leads to the message that is wanted; NULL when there is none. */
static struct message **look(struct queue *q, long wanted)
{
	struct message **best = NULL;

	for (struct message **at = &q->first; *at; at = &(*at)->next) {
		long type = (*at)->type;

		if (wanted == 0 || type == wanted)
			return at;
		if (wanted < 0 && type <= (wanted == LONG_MIN ? LONG_MAX : -wanted) &&
			(!best || type < (*best)->type))
			best = at;
	}
	return best;
}

static struct message *unlink_message(struct queue *q, struct message **at)
{
	struct message *m = *at;

	*at = m->next;
	if (q->last == &m->next)
		q->last = at;
	q->bytes -= m->len;
	q->ds.msg_qnum--;
	q->ds.msg_lrpid = process_self()->pid;
	q->ds.msg_rtime = seconds_now();
	cond_broadcast(&changed);
	return m;
}

static int take(int id, size_t len, long wanted, int flags, struct message **m)
{
	struct queue *q = find(id);
	struct message **at = NULL;
	int err = q ? 0 : -EINVAL;

	while (!err && !(at = look(q, wanted)))
		err = flags & IPC_NOWAIT ? -ENOMSG : wait_for_change(id);
	if (!err && (*at)->len > len && !(flags & MSG_NOERROR))
		err = -E2BIG;
	if (!err)
		*m = unlink_message(q, at);
	return err;
}

ssize_t message_queue_receive(
	int id, long *type, void *bytes, size_t len, long wanted, int flags)
{
	struct message *m;
	int err;

	mutex_lock(&lock);
	err = take(id, len, wanted, flags, &m);
	mutex_unlock(&lock);
	if (err)
		return err;
	if (len > m->len)
		len = m->len;
	memcpy(bytes, m->bytes, len);
	*type = m->type;
	kfree(m);
	return (ssize_t)len;
}

static void remove_queue(struct queue *q)
{
	while (q->first)
		kfree(unlink_message(q, &q->first));
	q->used = false;
	q->round = (q->round + 1) % (INT_MAX / MESSAGE_QUEUES);
	cond_broadcast(&changed);
}

static int control(struct queue *q, int cmd, struct msqid_ds *ds)
{
	if (cmd == IPC_RMID) {
		remove_queue(q);
	} else if (cmd == IPC_STAT) {
		*ds = q->ds;
	} else if (cmd == IPC_SET && ds->msg_qbytes <= MESSAGE_QUEUE_BYTES) {
		q->ds.msg_qbytes = ds->msg_qbytes;
		q->ds.msg_perm.mode = ds->msg_perm.mode & 0777;
		q->ds.msg_ctime = seconds_now();
	} else {
		return -EINVAL;
	}
	return 0;
}

int message_queue_control(int id, int cmd, struct msqid_ds *ds)
{
	struct queue *q;
	int err;

	mutex_lock(&lock);
	q = find(id);
	err = q ? control(q, cmd, ds) : -EINVAL;
	mutex_unlock(&lock);
	return err;
}
