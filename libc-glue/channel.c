/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue of bytes between two open files: a ring under a mutex. */
#include "libc-glue/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "kernel/heap.h"
#include "libc-glue/fd.h"
#include "libc-glue/poll.h"

struct channel *channel_create(struct file *reader, struct file *writer)
{
	struct channel *c = kmalloc(sizeof(*c));

	if (!c)
		return NULL;
	mutex_init(&c->lock);
	cond_init(&c->changed);
	c->reader = reader;
	c->writer = writer;
	c->start = c->used = 0;
	return c;
}

/* Wake who sleeps in the channel and who polls an end. Under the lock, so that the ends stay. */
static void tell(struct channel *c, struct file *end, unsigned events)
{
	cond_broadcast(&c->changed);
	if (end)
		file_notify(end, events);
}

void channel_leave(struct channel *c, bool writer)
{
	bool last;

	mutex_lock(&c->lock);
	if (writer) {
		c->writer = NULL;
		tell(c, c->reader, POLLIN | POLLHUP);
	} else {
		c->reader = NULL;
		tell(c, c->writer, POLLOUT | POLLERR);
	}
	last = !c->reader && !c->writer;
	mutex_unlock(&c->lock);
	if (last)
		kfree(c);
}

/* --- the ring ------------------------------------------------------------------------------------------------- */

static size_t ring_take(struct channel *c, char *buf, size_t len)
{
	size_t n = len < c->used ? len : c->used, first = CHANNEL_BYTES - c->start;

	if (first > n)
		first = n;
	memcpy(buf, c->bytes + c->start, first);
	memcpy(buf + first, c->bytes, n - first);
	c->start = (c->start + n) % CHANNEL_BYTES;
	c->used -= n;
	return n;
}

static size_t ring_put(struct channel *c, const char *buf, size_t len)
{
	size_t room = CHANNEL_BYTES - c->used, n = len < room ? len : room;
	size_t end = (c->start + c->used) % CHANNEL_BYTES, first = CHANNEL_BYTES - end;

	if (first > n)
		first = n;
	memcpy(c->bytes + end, buf, first);
	memcpy(c->bytes, buf + first, n - first);
	c->used += n;
	return n;
}

/* --- both ways -------------------------------------------------------------------------------------------------- */

ssize_t channel_read(struct channel *c, void *buf, size_t len, bool wait)
{
	ssize_t n = 0;

	if (len == 0)
		return 0;
	mutex_lock(&c->lock);
	while (!c->used && c->writer && n == 0)
		n = wait ? cond_wait_until(&c->changed, &c->lock, TIME_FOREVER) : -EAGAIN;
	if (c->used) {
		n = (ssize_t)ring_take(c, buf, len);
		tell(c, c->writer, POLLOUT);
	}
	mutex_unlock(&c->lock);
	return n;
}

ssize_t channel_write(struct channel *c, const void *buf, size_t len, bool wait)
{
	size_t whole = len <= CHANNEL_ATOMIC ? len : 1, done = 0;
	int err = 0;

	mutex_lock(&c->lock);
	while (!err && done < len) {
		if (!c->reader) {
			err = -EPIPE;
		} else if (CHANNEL_BYTES - c->used >= whole) {
			done += ring_put(c, (const char *)buf + done, len - done);
			whole = 1;
			tell(c, c->reader, POLLIN);
		} else {
			err = wait ? cond_wait_until(&c->changed, &c->lock, TIME_FOREVER)
				   : -EAGAIN;
		}
	}
	mutex_unlock(&c->lock);
	return done ? (ssize_t)done : err;
}

unsigned channel_poll(struct channel *c, bool writer)
{
	unsigned events = 0;

	mutex_lock(&c->lock);
	if (writer) {
		if (CHANNEL_BYTES - c->used >= CHANNEL_ATOMIC)
			events |= POLLOUT | POLLWRNORM;
		if (!c->reader)
			events |= POLLERR;
	} else {
		if (c->used)
			events |= POLLIN | POLLRDNORM;
		if (!c->writer)
			events |= POLLHUP;
	}
	mutex_unlock(&c->lock);
	return events;
}

size_t channel_used(struct channel *c)
{
	size_t used;

	mutex_lock(&c->lock);
	used = c->used;
	mutex_unlock(&c->lock);
	return used;
}
