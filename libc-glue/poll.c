/* SPDX-License-Identifier: BSD-2-Clause */
/* poll() and select(): look at every file, and if none is ready, watch them all and sleep until one changes. */
#include "libc-glue/poll.h"

#include <errno.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/sync.h"
#include "kernel/timer.h"

/* --- watching --------------------------------------------------------------------------------------------- */

void file_watch(struct file *f, struct poll_waiter *w)
{
	unsigned long flags = irq_save();

	list_append(&f->waiters, &w->link);
	irq_restore(flags);
}

void file_unwatch(struct poll_waiter *w)
{
	unsigned long flags = irq_save();

	list_remove(&w->link);
	irq_restore(flags);
}

void file_notify(struct file *f, unsigned events)
{
	unsigned long flags;

	if (list_empty(
		    &f->waiters)) /* one word; a watcher that comes now looks by itself */
		return;
	flags = irq_save();
	list_for_each_safe(&f->waiters, l)
	{
		struct poll_waiter *w = list_entry(l, struct poll_waiter, link);

		w->wake(w, events);
	}
	irq_restore(flags);
}

unsigned file_poll(struct file *f)
{
	return f->ops->poll ? f->ops->poll(f) : POLLIN | POLLOUT;
}

/* --- poll --------------------------------------------------------------------------------------------------- */

#define POLL_ON_STACK 8 /* files that need no allocation */

struct poll_call {
	struct waitq sleeper;
	bool woken;
};

struct poll_entry {
	struct poll_waiter waiter;
	struct poll_call *call;
	struct file *file;
	unsigned wanted;
};

static void entry_wake(struct poll_waiter *w, unsigned events)
{
	struct poll_entry *e = container_of(w, struct poll_entry, waiter);

	if (!(events & e->wanted))
		return;
	e->call->woken = true;
	waitq_wake_all(&e->call->sleeper);
}

static void entries_open(
	struct poll_entry *e, struct poll_call *call, const struct pollfd *fds, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++) {
		e[i].waiter.wake = entry_wake;
		e[i].call = call;
		e[i].wanted = (unsigned short)fds[i].events | POLL_ALWAYS;
		e[i].file = fds[i].fd < 0 ? NULL : fd_get(fds[i].fd);
		list_init(&e[i].waiter.link);
	}
}

static void entries_close(struct poll_entry *e, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++) {
		file_unwatch(&e[i].waiter);
		if (e[i].file)
			file_put(e[i].file);
	}
}

/* Look at every file; returns how many are ready. */
static int entries_check(const struct poll_entry *e, struct pollfd *fds, nfds_t n)
{
	int n_ready = 0;

	for (nfds_t i = 0; i < n; i++) {
		unsigned events = 0;

		if (e[i].file)
			events = file_poll(e[i].file) & e[i].wanted;
		else if (fds[i].fd >= 0)
			events = POLLNVAL;
		fds[i].revents = (short)events;
		n_ready += events != 0;
	}
	return n_ready;
}

/* Sleep until an entry wakes the call: 0, -ETIMEDOUT or -EINTR. */
static int call_sleep(struct poll_call *call, uint64_t deadline_ns)
{
	unsigned long flags = irq_save();
	int err = 0;

	while (!call->woken && !err)
		err = waitq_sleep(&call->sleeper, deadline_ns);
	call->woken = false;
	irq_restore(flags);
	return err;
}

static int entries_wait(struct poll_entry *e, struct poll_call *call, struct pollfd *fds,
	nfds_t n, uint64_t deadline_ns)
{
	int n_ready = entries_check(e, fds, n);

	if (n_ready || deadline_ns == 0)
		return n_ready;
	for (nfds_t i = 0; i < n; i++)
		if (e[i].file)
			file_watch(e[i].file, &e[i].waiter);
	while (!(n_ready = entries_check(e, fds, n))) {
		int err = call_sleep(call, deadline_ns);

		if (err == -EINTR)
			return err;
		if (err)
			return entries_check(e, fds, n);
	}
	return n_ready;
}

int poll_wait(struct pollfd *fds, nfds_t n, uint64_t deadline_ns)
{
	struct poll_entry few[POLL_ON_STACK], *entries = few;
	struct poll_call call = {.woken = false};
	int n_ready;

	if (n > FD_MAX)
		return -EINVAL;
	if (n > POLL_ON_STACK)
		entries = kmalloc(n * sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	waitq_init(&call.sleeper);
	entries_open(entries, &call, fds, n);
	n_ready = entries_wait(entries, &call, fds, n, deadline_ns);
	entries_close(entries, n);
	if (entries != few)
		kfree(entries);
	return n_ready;
}

/* --- select ------------------------------------------------------------------------------------------------- */

#define SELECT_READ   (POLLIN | POLLRDNORM | POLLHUP | POLLERR)
#define SELECT_WRITE  (POLLOUT | POLLWRNORM | POLLERR)
#define SELECT_EXCEPT POLLPRI

static int select_to_poll(struct pollfd *p, int n, const fd_set *read,
	const fd_set *write, const fd_set *except)
{
	int used = 0;

	for (int fd = 0; fd < n; fd++) {
		short events = 0;

		if (read && FD_ISSET(fd, read))
			events |= POLLIN;
		if (write && FD_ISSET(fd, write))
			events |= POLLOUT;
		if (except && FD_ISSET(fd, except))
			events |= POLLPRI;
		if (events)
			p[used++] = (struct pollfd){.fd = fd, .events = events};
	}
	return used;
}

/* Leave the bit only if it was asked for and is true; returns 1 for a bit left. */
static int select_keep(fd_set *set, const struct pollfd *p, short asked, short truth)
{
	if (!set || !(p->events & asked))
		return 0;
	if (p->revents & truth)
		return 1;
	FD_CLR(p->fd, set);
	return 0;
}

int poll_select(int n, fd_set *read, fd_set *write, fd_set *except, uint64_t deadline_ns)
{
	struct pollfd *p;
	int used, result;

	if (n < 0 || n > FD_SETSIZE)
		return -EINVAL;
	p = kmalloc((size_t)n * sizeof(*p));
	if (!p)
		return -ENOMEM;
	used = select_to_poll(p, n, read, write, except);
	result = poll_wait(p, (nfds_t)used, deadline_ns);
	for (int i = 0; i < used && result >= 0; i++)
		if (p[i].revents & POLLNVAL)
			result = -EBADF;
	if (result >= 0)
		result = 0;
	for (int i = 0; i < used && result >= 0; i++) {
		result += select_keep(read, &p[i], POLLIN, SELECT_READ);
		result += select_keep(write, &p[i], POLLOUT, SELECT_WRITE);
		result += select_keep(except, &p[i], POLLPRI, SELECT_EXCEPT);
	}
	kfree(p);
	return result;
}
