/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoll over the watchers of poll.h.
 *
 * One lock covers all sets: it orders changes against collecting, and closing a file against both. Only the ready
 * lists are also touched by wake functions, perhaps in an upcall, so those are changed with events off.
 * Lock order: epoll_lock before any lock that an operation of a file takes (the net lock).
 */
#include "libc-glue/epoll.h"

#include <errno.h>
#include <fcntl.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/sync.h"
#include "libc-glue/poll.h"

struct epoll {
	struct file file;
	struct list items; /* all */
	struct list ready; /* that something happened to since they were last looked at */
	struct waitq sleepers;
};

struct epoll_item {
	struct list in_epoll, in_file, in_ready;
	struct poll_waiter waiter;
	struct epoll *set;
	struct file *file; /* not counted: closing removes the item */
	int fd;
	uint32_t events; /* 0 = disabled by EPOLLONESHOT */
	epoll_data_t data;
};

static struct mutex epoll_lock = MUTEX_INIT(epoll_lock);
static const struct file_ops epoll_ops;

/* --- items ---------------------------------------------------------------------------------------------------- */

static void item_mark_ready(struct epoll_item *it)
{
	unsigned long flags = irq_save();

	if (list_empty(&it->in_ready))
		list_append(&it->set->ready, &it->in_ready);
	waitq_wake_one(&it->set->sleepers);
	irq_restore(flags);
	file_notify(&it->set->file, POLLIN);
}

static void item_wake(struct poll_waiter *w, unsigned events)
{
	struct epoll_item *it = container_of(w, struct epoll_item, waiter);

	if (it->events && events & (it->events | POLL_ALWAYS))
		item_mark_ready(it);
}

static void item_unready(struct epoll_item *it)
{
	unsigned long flags = irq_save();

	list_remove(&it->in_ready);
	irq_restore(flags);
}

static void item_remove(struct epoll_item *it)
{
	file_unwatch(&it->waiter);
	item_unready(it);
	list_remove(&it->in_epoll);
	list_remove(&it->in_file);
	kfree(it);
}

static struct epoll_item *item_find(struct epoll *set, struct file *f, int fd)
{
	list_for_each(&f->epolls, l)
	{
		struct epoll_item *it = list_entry(l, struct epoll_item, in_file);

		if (it->set == set && it->fd == fd)
			return it;
	}
	return NULL;
}

/* Take over what is asked for, and look at once: it may be true already. */
static void item_set(struct epoll_item *it, const struct epoll_event *event)
{
	it->events = event->events | POLL_ALWAYS;
	it->data = event->data;
	if (file_poll(it->file) & it->events)
		item_mark_ready(it);
}

static int item_add(
	struct epoll *set, struct file *f, int fd, const struct epoll_event *event)
{
	struct epoll_item *it = kzalloc(sizeof(*it));

	if (!it)
		return -ENOMEM;
	it->set = set;
	it->file = f;
	it->fd = fd;
	it->waiter.wake = item_wake;
	list_init(&it->in_ready);
	list_append(&set->items, &it->in_epoll);
	list_append(&f->epolls, &it->in_file);
	file_watch(f, &it->waiter);
	item_set(it, event);
	return 0;
}

void epoll_forget(struct file *f)
{
	if (list_empty(&f->epolls)) /* no reference is left: nobody adds one now */
		return;
	mutex_lock(&epoll_lock);
	list_for_each_safe(&f->epolls, l)
		item_remove(list_entry(l, struct epoll_item, in_file));
	mutex_unlock(&epoll_lock);
}

/* --- the set ---------------------------------------------------------------------------------------------------- */

static struct epoll *to_epoll(struct file *f)
{
	return container_of(f, struct epoll, file);
}

static unsigned set_poll(struct file *f)
{
	return list_empty(&to_epoll(f)->ready) ? 0 : POLLIN;
}

static void set_close(struct file *f)
{
	struct epoll *set = to_epoll(f);

	mutex_lock(&epoll_lock);
	list_for_each_safe(&set->items, l)
		item_remove(list_entry(l, struct epoll_item, in_epoll));
	mutex_unlock(&epoll_lock);
	kfree(set);
}

static const struct file_ops epoll_ops = {
	.kind = "epoll",
	.poll = set_poll,
	.close = set_close,
};

int epoll_open(int flags)
{
	struct epoll *set;
	int fd;

	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	set = kzalloc(sizeof(*set));
	if (!set)
		return -ENOMEM;
	file_init(&set->file, &epoll_ops, O_RDWR);
	list_init(&set->items);
	list_init(&set->ready);
	waitq_init(&set->sleepers);
	fd = fd_install(&set->file, 0, flags & EPOLL_CLOEXEC);
	if (fd < 0)
		file_put(&set->file);
	return fd;
}

static int set_change(struct epoll *set, int operation, struct file *f, int fd,
	const struct epoll_event *event)
{
	struct epoll_item *it = item_find(set, f, fd);

	switch (operation) {
	case EPOLL_CTL_ADD:
		return it ? -EEXIST : item_add(set, f, fd, event);
	case EPOLL_CTL_MOD:
		if (it)
			item_set(it, event);
		return it ? 0 : -ENOENT;
	case EPOLL_CTL_DEL:
		if (it)
			item_remove(it);
		return it ? 0 : -ENOENT;
	default:
		return -EINVAL;
	}
}

int epoll_change(int epfd, int operation, int fd, const struct epoll_event *event)
{
	struct file *ep = fd_get(epfd), *f = fd_get(fd);
	int err = -EBADF;

	if (ep && f) {
		if (ep->ops != &epoll_ops || f->ops == &epoll_ops) {
			err = -EINVAL;
		} else {
			mutex_lock(&epoll_lock);
			err = set_change(to_epoll(ep), operation, f, fd, event);
			mutex_unlock(&epoll_lock);
		}
	}
	if (f)
		file_put(f);
	if (ep)
		file_put(ep);
	return err;
}

static struct epoll_item *take_ready(struct list *from)
{
	struct epoll_item *it = NULL;
	unsigned long flags = irq_save();

	if (!list_empty(from)) {
		it = list_entry(from->next, struct epoll_item, in_ready);
		list_remove(&it->in_ready);
	}
	irq_restore(flags);
	return it;
}

/* Move the ready list aside: what is level-triggered goes back to it and must not be seen twice in one call. */
static void list_move_all(struct list *from, struct list *to)
{
	unsigned long flags = irq_save();

	list_init(to);
	if (!list_empty(from)) {
		*to = *from;
		to->next->prev = to->prev->next = to;
		list_init(from);
	}
	irq_restore(flags);
}

/* Put what was not looked at back in front. */
static void list_move_back(struct list *from, struct list *to)
{
	unsigned long flags = irq_save();

	while (!list_empty(from)) {
		struct list *l = from->prev;

		list_remove(l);
		list_prepend(to, l);
	}
	irq_restore(flags);
}

/* One look at the items that something happened to. */
static int set_harvest(struct epoll *set, struct epoll_event *out, int max)
{
	struct epoll_item *it;
	struct list batch;
	int n = 0;

	mutex_lock(&epoll_lock);
	list_move_all(&set->ready, &batch);
	while (n < max && (it = take_ready(&batch))) {
		unsigned now = it->events ? file_poll(it->file) & it->events : 0;

		if (!now)
			continue;
		out[n++] = (struct epoll_event){.events = now, .data = it->data};
		if (it->events & EPOLLONESHOT)
			it->events = 0;
		else if (!(it->events & EPOLLET))
			item_mark_ready(it); /* stays until a look finds nothing */
	}
	list_move_back(&batch, &set->ready);
	mutex_unlock(&epoll_lock);
	return n;
}

static int set_sleep(struct epoll *set, uint64_t deadline_ns)
{
	unsigned long flags = irq_save();
	int err = 0;

	while (list_empty(&set->ready) && !err)
		err = waitq_sleep(&set->sleepers, deadline_ns);
	irq_restore(flags);
	return err;
}

int epoll_collect(int epfd, struct epoll_event *events, int max, uint64_t deadline_ns)
{
	struct file *f = fd_get(epfd);
	int n = -EINVAL;

	if (!f)
		return -EBADF;
	if (f->ops == &epoll_ops && max > 0)
		while ((n = set_harvest(to_epoll(f), events, max)) == 0 && deadline_ns) {
			int err = set_sleep(to_epoll(f), deadline_ns);

			if (err == -EINTR)
				n = err;
			if (err)
				break;
		}
	file_put(f);
	return n;
}
