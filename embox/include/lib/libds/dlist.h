/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings of links: a head that is in no object, and one link in each object. A link that
 * is in no ring points to itself.
 */
#ifndef LIB_LIBDS_DLIST_H
#define LIB_LIBDS_DLIST_H

#include <assert.h>
#include <stddef.h>

#include <util/macro.h>
#include <util/member.h>

struct dlist_head {
	struct dlist_head *next, *prev;
};

/* clang-format off */
#define DLIST_INIT(head)  { &(head), &(head) }
#define DLIST_INIT_NULL() { NULL, NULL }
/* clang-format on */
#define DLIST_DEFINE(name) struct dlist_head name = DLIST_INIT(name)

static inline struct dlist_head *dlist_init(struct dlist_head *head)
{
	head->next = head;
	head->prev = head;
	return head;
}

static inline struct dlist_head *dlist_head_init(struct dlist_head *link)
{
	return dlist_init(link);
}

/* The new link comes right behind, or right before. */
static inline void dlist_add_next(struct dlist_head *link, struct dlist_head *behind)
{
	link->next = behind->next;
	link->prev = behind;
	behind->next->prev = link;
	behind->next = link;
}

static inline void dlist_add_prev(struct dlist_head *link, struct dlist_head *before)
{
	dlist_add_next(link, before->prev);
}

static inline void dlist_del(struct dlist_head *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
}

static inline void dlist_del_init(struct dlist_head *link)
{
	dlist_del(link);
	dlist_init(link);
}

static inline void dlist_move(struct dlist_head *link, struct dlist_head *behind)
{
	dlist_del(link);
	dlist_add_next(link, behind);
}

static inline int dlist_empty(const struct dlist_head *head)
{
	return head->next == head;
}

static inline struct dlist_head *dlist_next(const struct dlist_head *head)
{
	assert(!dlist_empty(head));
	return head->next;
}

static inline struct dlist_head *dlist_prev(const struct dlist_head *head)
{
	assert(!dlist_empty(head));
	return head->prev;
}

static inline struct dlist_head *dlist_first_or_null(const struct dlist_head *head)
{
	return dlist_empty(head) ? NULL : head->next;
}

static inline struct dlist_head *dlist_last_or_null(const struct dlist_head *head)
{
	return dlist_empty(head) ? NULL : head->prev;
}

#define dlist_first dlist_next
#define dlist_last  dlist_prev

#define dlist_entry(link, type, member) mcast_out(link, type, member)

#define dlist_next_entry(head, type, member) mcast_out(dlist_next(head), type, member)
#define dlist_prev_entry(head, type, member) mcast_out(dlist_prev(head), type, member)
#define dlist_first_entry                    dlist_next_entry
#define dlist_last_entry                     dlist_prev_entry
#define dlist_next_entry_or_null(head, type, member)                                     \
	mcast_out_or_null(dlist_first_or_null(head), type, member)
#define dlist_prev_entry_or_null(head, type, member)                                     \
	mcast_out_or_null(dlist_last_or_null(head), type, member)
#define dlist_first_entry_or_null dlist_next_entry_or_null
#define dlist_last_entry_or_null  dlist_prev_entry_or_null

#define dlist_next_if_not_last(link, head)                                               \
	((link) != dlist_prev(head) ? (link)->next : NULL)
#define dlist_next_entry_if_not_last(object, head, type, member)                         \
	mcast_out_or_null(dlist_next_if_not_last(&(object)->member, head), type, member)

#define dlist_add_prev_entry(object, before, member)                                     \
	dlist_add_prev(&(object)->member, before)
#define dlist_del_init_entry(object, member) dlist_del_init(&(object)->member)
#define dlist_empty_entry(object, member)    dlist_empty(&(object)->member)

/* The loop variable's link may be taken out of the ring meanwhile. */
#define dlist_foreach(link, head)                                                        \
	DLIST_LOOP(link, head, MACRO_GUARD(dlist_at), MACRO_GUARD(dlist_next))
#define DLIST_LOOP(link, head, at, following)                                            \
	for (struct dlist_head *at = (head)->next, *following = at->next;                \
		at != (head) && ((link) = at, 1); at = following, following = at->next)

#define dlist_foreach_entry(object, head, member)                                        \
	DLIST_LOOP_ENTRY(                                                                \
		object, head, member, MACRO_GUARD(dlist_at), MACRO_GUARD(dlist_next))
#define DLIST_LOOP_ENTRY(object, head, member, at, following)                            \
	for (struct dlist_head *at = (head)->next, *following = at->next;                \
		at != (head) &&                                                          \
		((object) = mcast_out(at, __typeof__(*(object)), member), 1);            \
		at = following, following = at->next)

#define dlist_foreach_safe       dlist_foreach
#define dlist_foreach_entry_safe dlist_foreach_entry

#endif
