/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of messages: order, types, waiting, and their end. */
#include "libc-glue/message_queue.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/fake/thread_test.h"
#include "xen/clock.h"

uint64_t clock_wall_ns(void)
{
	return clock_ns();
}

static int send_text(int id, long type, const char *text)
{
	return message_queue_send(id, type, text, strlen(text), IPC_NOWAIT);
}

/* The text of the next message that `wanted` means, with its type; or "-" and the error. */
static const char *next(int id, long wanted)
{
	static char text[64];
	char bytes[32];
	long type = 0;
	ssize_t n = message_queue_receive(
		id, &type, bytes, sizeof(bytes), wanted, IPC_NOWAIT);

	if (n < 0)
		snprintf(text, sizeof(text), "-%d", (int)-n);
	else
		snprintf(text, sizeof(text), "%ld:%.*s", type, (int)n, bytes);
	return text;
}

static const char *error(int number)
{
	static char text[16];

	snprintf(text, sizeof(text), "-%d", number);
	return text;
}

static void remove_queue(int id)
{
	CHECK_EQ(message_queue_control(id, IPC_RMID, NULL), 0);
}

THREAD_TEST(a_key_leads_to_one_queue)
{
	int id = message_queue_get(7, IPC_CREAT | 0600), other;

	CHECK(id >= 0);
	CHECK_EQ(message_queue_get(7, 0), id);
	CHECK_EQ(message_queue_get(7, IPC_CREAT), id);
	CHECK_EQ(message_queue_get(7, IPC_CREAT | IPC_EXCL), -EEXIST);
	CHECK_EQ(message_queue_get(8, 0), -ENOENT);
	other = message_queue_get(IPC_PRIVATE, 0);
	CHECK(other >= 0 && other != id);
	remove_queue(id);
	CHECK_EQ(message_queue_get(7, 0), -ENOENT);
	CHECK_EQ(message_queue_control(id, IPC_RMID, NULL), -EINVAL);
	remove_queue(other);
}

THREAD_TEST(messages_are_taken_in_order_or_by_type)
{
	int id = message_queue_get(IPC_PRIVATE, 0);
	struct msqid_ds ds;

	CHECK_STR(next(id, 0), error(ENOMSG));
	CHECK_EQ(send_text(id, 5, "a"), 0);
	CHECK_EQ(send_text(id, 3, "b"), 0);
	CHECK_EQ(send_text(id, 3, ""), 0);
	CHECK_EQ(send_text(id, 9, "d"), 0);
	CHECK_EQ(message_queue_control(id, IPC_STAT, &ds), 0);
	CHECK_EQ(ds.msg_qnum, 4);
	CHECK_STR(next(id, 9), "9:d");
	CHECK_STR(next(id, -4), "3:b");
	CHECK_STR(next(id, 4), error(ENOMSG));
	CHECK_STR(next(id, 0), "5:a");
	CHECK_STR(next(id, LONG_MIN), "3:");
	CHECK_EQ(send_text(id, 1, "last"), 0); /* after the last one was taken */
	CHECK_STR(next(id, 0), "1:last");
	remove_queue(id);
}

THREAD_TEST(what_does_not_fit_is_refused_or_cut)
{
	int id = message_queue_get(IPC_PRIVATE, 0);
	static char big[MESSAGE_QUEUE_BYTES + 1];
	char bytes[2];
	long type;

	CHECK_EQ(send_text(id, 0, "x"), -EINVAL);
	CHECK_EQ(message_queue_send(id, 1, big, sizeof(big), IPC_NOWAIT), -EINVAL);
	CHECK_EQ(message_queue_send(id, 1, big, sizeof(big) - 1, IPC_NOWAIT), 0);
	CHECK_EQ(send_text(id, 1, "x"), -EAGAIN);
	CHECK_EQ(message_queue_receive(id, &type, bytes, 2, 0, 0), -E2BIG);
	CHECK_EQ(message_queue_receive(id, &type, bytes, 2, 0, MSG_NOERROR), 2);
	CHECK_EQ(send_text(id, 1, "x"), 0);
	remove_queue(id);
}

struct side {
	int id;
	ssize_t result;
};

static void *receive_late(void *arg)
{
	struct side *s = arg;
	char byte;
	long type;

	thread_sleep_until(clock_ns() + 5 * NS_PER_MS);
	s->result = message_queue_receive(s->id, &type, &byte, 1, 0, MSG_NOERROR);
	return NULL;
}

static void *receive(void *arg)
{
	struct side *s = arg;
	char byte;
	long type;

	s->result = message_queue_receive(s->id, &type, &byte, 1, 0, 0);
	return NULL;
}

THREAD_TEST(a_full_queue_makes_the_sender_wait)
{
	static char big[MESSAGE_QUEUE_BYTES];
	struct side side = {.id = message_queue_get(IPC_PRIVATE, 0)};
	struct thread *t;

	CHECK_EQ(message_queue_send(side.id, 1, big, sizeof(big), 0), 0);
	t = thread_create(NULL, receive_late, &side);
	CHECK(t);
	CHECK_EQ(message_queue_send(side.id, 1, "x", 1, 0), 0);
	thread_join(t, NULL);
	CHECK_EQ(side.result, 1);
	CHECK_STR(next(side.id, 0), "1:x");
	remove_queue(side.id);
}

THREAD_TEST(a_queue_that_is_removed_wakes_who_waits_and_leaves_nothing)
{
	struct heap_stats before, after;
	struct side side;
	struct thread *t;

	heap_get_stats(kernel_heap, &before);
	side.id = message_queue_get(IPC_PRIVATE, 0);
	t = thread_create(NULL, receive, &side);
	CHECK(t);
	thread_sleep_until(clock_ns() + NS_PER_MS);
	remove_queue(side.id);
	thread_join(t, NULL);
	CHECK_EQ(side.result, -EIDRM);
	side.id = message_queue_get(IPC_PRIVATE, 0);
	CHECK_EQ(send_text(side.id, 1, "never taken"), 0);
	remove_queue(side.id);
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
}

THREAD_TEST(the_table_of_queues_has_an_end)
{
	int ids[MESSAGE_QUEUES];

	for (int i = 0; i < MESSAGE_QUEUES; i++)
		CHECK((ids[i] = message_queue_get(IPC_PRIVATE, 0)) >= 0);
	CHECK_EQ(message_queue_get(IPC_PRIVATE, 0), -ENOSPC);
	for (int i = 0; i < MESSAGE_QUEUES; i++)
		remove_queue(ids[i]);
}
