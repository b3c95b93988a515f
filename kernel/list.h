/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doubly linked circular list with the links inside the objects. An empty list points at
 * itself.
 */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include <stdbool.h>

#include "kernel/util.h"

struct list {
	struct list *next, *prev;
};

#define LIST_INIT(name)                                                                  \
	{                                                                                \
		&(name), &(name)                                                         \
	}

/** Make l an empty list, or an unlinked element. */
static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/** Put e right before pos; before the head means at the end of the list. */
static inline void list_insert_before(struct list *pos, struct list *e)
{
	e->next = pos;
	e->prev = pos->prev;
	pos->prev->next = e;
	pos->prev = e;
}

static inline void list_append(struct list *head, struct list *e)
{
	list_insert_before(head, e);
}

static inline void list_prepend(struct list *head, struct list *e)
{
	list_insert_before(head->next, e);
}

/** Unlink e; it may be removed again harmlessly. */
static inline void list_remove(struct list *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	list_init(e);
}

#define list_entry(l, type, member) container_of(l, type, member)
#define list_for_each(head, pos)                                                         \
	for (struct list *pos = (head)->next; pos != (head); pos = pos->next)
/** The same when the body may remove pos. */
#define list_for_each_safe(head, pos)                                                    \
	for (struct list *pos = (head)->next, *pos##_next = pos->next; pos != (head);    \
		pos = pos##_next, pos##_next = pos->next)

#endif
