/* SPDX-License-Identifier: BSD-2-Clause */
/* Pseudo terminals. Both sides are under the terminal's one lock and sleep on its one condition. */
#include "libc-glue/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/poll.h"

#define SCREEN_BYTES 4096 /* that the master has not read yet */

struct pty {
	struct tty tty;
	struct file master;
	bool master_open;
	unsigned n_slaves;
	bool had_slave; /* the master does not see the end before there was a beginning */
	unsigned refs;  /* the master's, and one of each open slave */
	unsigned number;
	size_t start, used;
	char screen[SCREEN_BYTES];
};

static struct pty *ptys[PTY_MAX]; /* under pty_lock */
static struct mutex pty_lock = MUTEX_INIT(pty_lock);

static struct pty *of_tty(struct tty *t)
{
	return container_of(t, struct pty, tty);
}

static struct pty *of_master(struct file *f)
{
	return container_of(f, struct pty, master);
}

static void pty_put(struct pty *p)
{
	bool last;

	mutex_lock(&pty_lock);
	last = --p->refs == 0;
	if (last)
		ptys[p->number] = NULL;
	mutex_unlock(&pty_lock);
	if (last)
		kfree(p);
}

static void tell_master(struct pty *p, unsigned events)
{
	cond_broadcast(&p->tty.changed);
	if (p->master_open)
		file_notify(&p->master, events);
}

static bool slave_is_gone(const struct pty *p)
{
	return p->had_slave && p->n_slaves == 0;
}

/* --- what is behind the terminal ------------------------------------------------------------------------------------ */

static void pty_output(struct tty *t, const char *text, size_t len)
{
	struct pty *p = of_tty(t);

	for (size_t i = 0; i < len && p->used < SCREEN_BYTES; i++)
		p->screen[(p->start + p->used++) % SCREEN_BYTES] = text[i];
	tell_master(p, POLLIN);
}

static size_t pty_room(struct tty *t)
{
	return SCREEN_BYTES - of_tty(t)->used;
}

static void pty_input_taken(struct tty *t)
{
	tell_master(of_tty(t), POLLOUT);
}

static void pty_slave_opened(struct tty *t)
{
	struct pty *p = of_tty(t);

	mutex_lock(&pty_lock);
	p->refs++;
	mutex_unlock(&pty_lock);
	mutex_lock(&t->lock);
	p->n_slaves++;
	p->had_slave = true;
	mutex_unlock(&t->lock);
}

static void pty_slave_closed(struct tty *t)
{
	struct pty *p = of_tty(t);

	mutex_lock(&t->lock);
	if (--p->n_slaves == 0)
		tell_master(p, POLLIN | POLLHUP);
	mutex_unlock(&t->lock);
	pty_put(p);
}

static const struct tty_ops pty_tty_ops = {
	.output = pty_output,
	.room = pty_room,
	.input_taken = pty_input_taken,
	.opened = pty_slave_opened,
	.closed = pty_slave_closed,
};

/* --- the master ------------------------------------------------------------------------------------------------------- */

static size_t take_screen(struct pty *p, char *buf, size_t len)
{
	size_t n = len < p->used ? len : p->used;

	for (size_t i = 0; i < n; i++)
		buf[i] = p->screen[(p->start + i) % SCREEN_BYTES];
	p->start = (p->start + n) % SCREEN_BYTES;
	p->used -= n;
	return n;
}

static ssize_t master_read(struct file *f, void *buf, size_t len)
{
	struct pty *p = of_master(f);
	bool wait = !(f->flags & O_NONBLOCK);
	ssize_t n = 0;

	if (len == 0)
		return 0;
	mutex_lock(&p->tty.lock);
	while (!p->used && !slave_is_gone(p) && !n)
		n = wait ? cond_wait_until(&p->tty.changed, &p->tty.lock, TIME_FOREVER)
			 : -EAGAIN;
	if (p->used) {
		n = (ssize_t)take_screen(p, buf, len);
		tty_output_taken(&p->tty);
	}
	mutex_unlock(&p->tty.lock);
	return n;
}

/* Wait until the terminal takes keys. Returns 0, -EIO without a slave, -EAGAIN, -EINTR. */
static int wait_for_room(struct pty *p, bool wait)
{
	int err = 0;

	mutex_lock(&p->tty.lock);
	while (!err && !slave_is_gone(p) && !ldisc_has_room(&p->tty.line))
		err = wait ? cond_wait_until(&p->tty.changed, &p->tty.lock, TIME_FOREVER)
			   : -EAGAIN;
	if (slave_is_gone(p))
		err = -EIO;
	mutex_unlock(&p->tty.lock);
	return err;
}

static ssize_t master_write(struct file *f, const void *buf, size_t len)
{
	struct pty *p = of_master(f);
	size_t done = 0;
	int err = 0;

	while (done < len && !err) {
		err = wait_for_room(p, !(f->flags & O_NONBLOCK));
		if (!err)
			done += tty_input(&p->tty, (const char *)buf + done, len - done);
	}
	return done ? (ssize_t)done : err;
}

static int master_ioctl(struct file *f, unsigned long request, void *arg)
{
	struct pty *p = of_master(f);

	switch (request) {
	case TIOCGPTN:
		*(unsigned *)arg = p->number;
		return 0;
	case TIOCSPTLCK: /* nothing is locked */
		return 0;
	case FIONREAD:
		*(int *)arg = (int)READ_ONCE(p->used);
		return 0;
	default:
		return tty_ioctl(&p->tty, request, arg);
	}
}

static unsigned master_poll(struct file *f)
{
	struct pty *p = of_master(f);
	unsigned events = 0;

	mutex_lock(&p->tty.lock);
	if (p->used)
		events |= POLLIN | POLLRDNORM;
	if (slave_is_gone(p))
		events |= POLLIN | POLLHUP;
	if (ldisc_has_room(&p->tty.line))
		events |= POLLOUT | POLLWRNORM;
	mutex_unlock(&p->tty.lock);
	return events;
}

static void master_close(struct file *f)
{
	struct pty *p = of_master(f);

	mutex_lock(&p->tty.lock);
	p->master_open = false;
	mutex_unlock(&p->tty.lock);
	tty_hangup(&p->tty);
	pty_put(p);
}

static const struct file_ops master_ops = {
	.kind = "pty master",
	.read = master_read,
	.write = master_write,
	.ioctl = master_ioctl,
	.poll = master_poll,
	.close = master_close,
};

/* --- making ----------------------------------------------------------------------------------------------------------- */

static int take_number(struct pty *p)
{
	int err = -ENOSPC;

	mutex_lock(&pty_lock);
	for (unsigned i = 0; i < PTY_MAX && err; i++) {
		if (ptys[i])
			continue;
		ptys[i] = p;
		p->number = i;
		err = 0;
	}
	mutex_unlock(&pty_lock);
	return err;
}

static int create(int flags, struct pty **out)
{
	struct pty *p = kzalloc(sizeof(*p));
	char name[TTY_NAME_BYTES];
	int err;

	if (!p)
		return -ENOMEM;
	p->refs = 1;
	p->master_open = true;
	tty_init(&p->tty, &pty_tty_ops, "");
	file_init(&p->master, &master_ops, O_RDWR | (flags & O_NONBLOCK));
	err = take_number(p);
	if (err) {
		kfree(p);
		return err;
	}
	snprintf(name, sizeof(name), "/dev/pts/%u", p->number % PTY_MAX);
	memcpy(p->tty.name, name, sizeof(name));
	*out = p;
	return 0;
}

struct file *pty_open_slave(unsigned number, int flags)
{
	struct file *f = NULL;
	struct pty *p;

	if (number >= PTY_MAX)
		return NULL;
	mutex_lock(&pty_lock);
	p = ptys[number];
	if (p)
		p->refs++;
	mutex_unlock(&pty_lock);
	if (!p)
		return NULL;
	if (p->master_open)
		f = tty_open(&p->tty, flags);
	pty_put(p);
	return f;
}

int pty_open_master(int flags)
{
	struct pty *p;
	int fd, err = create(flags, &p);

	if (err)
		return err;
	fd = fd_install(&p->master, 0, flags & O_CLOEXEC);
	if (fd < 0)
		file_put(&p->master);
	return fd;
}

static int install_slave(struct pty *p, int flags)
{
	struct file *f = tty_open(&p->tty, O_RDWR | (flags & O_NONBLOCK));
	int fd;

	if (!f)
		return -ENOMEM;
	fd = fd_install(f, 0, flags & O_CLOEXEC);
	if (fd < 0)
		file_put(f);
	return fd;
}

int pty_open(int fds[2], int flags)
{
	int master = pty_open_master(flags), slave;
	struct file *f;

	if (master < 0)
		return master;
	f = fd_get(master);
	if (!f)
		return -EBADF; /* another thread closed it already */
	slave = install_slave(of_master(f), flags);
	file_put(f);
	if (slave < 0) {
		fd_close(master);
		return slave;
	}
	fds[0] = master;
	fds[1] = slave;
	return 0;
}

int pty_number(struct file *master)
{
	return master->ops == &master_ops ? (int)of_master(master)->number : -ENOTTY;
}

int pty_list(int foreground[PTY_MAX])
{
	mutex_lock(&pty_lock);
	for (unsigned i = 0; i < PTY_MAX; i++)
		foreground[i] = ptys[i] ? ptys[i]->tty.foreground : -1;
	mutex_unlock(&pty_lock);
	return PTY_MAX;
}
