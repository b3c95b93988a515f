/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: reading with VMIN and VTIME, writing, signals, settings. */
#include "libc-glue/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/timer.h"
#include "libc-glue/poll.h"

#define NS_PER_VTIME (NS_PER_S / 10)

/* TCGETS2, and TCSETS2 with its two variants: the host's headers hide them. The argument has the same layout. */
#define REQUEST_GET2 0x802c542aul
#define REQUEST_SET2 0x402c542bul

/* An open file of a terminal. */
struct tty_file {
	struct file file;
	struct tty *tty;
	struct list link; /* in tty.files */
};

/* libc-glue/process_signal.c; an image without it has nobody to signal. */
int process_signal(int pid, int sig) __attribute__((weak));

static void signal_foreground(int pid, int sig)
{
	if (pid && sig && process_signal)
		process_signal(pid, sig);
}

/* --- the terminal ------------------------------------------------------------------------------------------------- */

static void emit(struct ldisc *l, const char *text, size_t len)
{
	struct tty *t = container_of(l, struct tty, line);

	t->ops->output(t, text, len);
}

void tty_init(struct tty *t, const struct tty_ops *ops, const char *name)
{
	memset(t, 0, sizeof(*t));
	ldisc_init(&t->line, emit);
	t->ops = ops;
	mutex_init(&t->lock);
	cond_init(&t->changed);
	list_init(&t->files);
	t->size = (struct winsize){.ws_row = 25, .ws_col = 80};
	strncpy(t->name, name, sizeof(t->name) - 1);
}

/* Wake who waits for the terminal or polls it. Under the lock. */
static void tell(struct tty *t, unsigned events)
{
	cond_broadcast(&t->changed);
	list_for_each(&t->files, l)
		file_notify(&list_entry(l, struct tty_file, link)->file, events);
}

void tty_output_taken(struct tty *t)
{
	tell(t, POLLOUT);
}

/* Up to the first key that means a signal, or that there is no room for. */
static size_t input_until_signal(struct tty *t, const char *keys, size_t n)
{
	int sig = 0, pid;
	size_t i = 0;

	mutex_lock(&t->lock);
	while (i < n && !sig && ldisc_has_room(&t->line))
		sig = ldisc_input(&t->line, keys[i++]);
	pid = t->foreground;
	tell(t, POLLIN | POLLOUT);
	mutex_unlock(&t->lock);
	signal_foreground(pid, sig); /* it may take locks of its own */
	return i;
}

size_t tty_input(struct tty *t, const char *keys, size_t n)
{
	size_t done = 0, part;

	do {
		part = input_until_signal(t, keys + done, n - done);
		done += part;
	} while (part && done < n);
	return done;
}

void tty_hangup(struct tty *t)
{
	int pid;

	mutex_lock(&t->lock);
	t->hung_up = true;
	pid = t->foreground;
	tell(t, POLLIN | POLLHUP | POLLERR);
	mutex_unlock(&t->lock);
	signal_foreground(pid, SIGHUP);
}

void tty_set_foreground(struct tty *t, int pid)
{
	mutex_lock(&t->lock);
	t->foreground = pid;
	mutex_unlock(&t->lock);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* How long a read waits, as the settings say. */
struct patience {
	size_t wanted;     /* bytes that end the wait; in canonical mode one line does */
	uint64_t pause_ns; /* longest pause between bytes; 0 = any */
	uint64_t deadline_ns; /* 0 = do not wait */
};

static struct patience patience_of(const struct tty *t, size_t len, bool wait)
{
	const struct termios *set = &t->line.set;
	struct patience p = {1, 0, wait ? TIME_FOREVER : 0};
	uint64_t time_ns = set->c_cc[VTIME] * NS_PER_VTIME;

	if (set->c_lflag & ICANON || !wait)
		return p;
	if (set->c_cc[VMIN] == 0) {
		p.deadline_ns = time_ns ? clock_ns() + time_ns : 0;
		return p;
	}
	p.pause_ns = time_ns;
	p.wanted = set->c_cc[VMIN] < len ? set->c_cc[VMIN] : len;
	return p;
}

/* Wait until a read has what it wants. Returns 0, -ETIMEDOUT, -EINTR. Under the lock. */
static int wait_input(struct tty *t, size_t len, bool wait)
{
	struct patience p = patience_of(t, len, wait);
	size_t had = 0, n;
	int err = 0;

	while (!err && !t->hung_up && !ldisc_readable(&t->line, p.wanted)) {
		n = ldisc_n_ready(&t->line);
		if (n > had && p.pause_ns)
			p.deadline_ns = clock_ns() + p.pause_ns;
		had = n;
		err = p.deadline_ns
			      ? cond_wait_until(&t->changed, &t->lock, p.deadline_ns)
			      : -ETIMEDOUT;
	}
	return err;
}

static struct tty *to_tty(struct file *f)
{
	return container_of(f, struct tty_file, file)->tty;
}

static ssize_t tty_read(struct file *f, void *buf, size_t len)
{
	struct tty *t = to_tty(f);
	bool wait = !(f->flags & O_NONBLOCK);
	ssize_t n;
	int err;

	if (len == 0)
		return 0;
	mutex_lock(&t->lock);
	err = wait_input(t, len, wait);
	n = ldisc_read(&t->line, buf, len);
	if (n == -EAGAIN && err == -EINTR)
		n = err;
	else if (n == -EAGAIN && (wait || t->hung_up))
		n = 0; /* the time is over, or nobody types any more */
	else if (n > 0 && t->ops->input_taken)
		t->ops->input_taken(t);
	mutex_unlock(&t->lock);
	return n;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

/* Bytes of a program's text that may be given to the line discipline now. */
static size_t output_room(struct tty *t)
{
	if (t->line.stopped)
		return 0;
	return t->ops->room ? t->ops->room(t) / LDISC_EXPANSION : SIZE_MAX;
}

static ssize_t tty_write(struct file *f, const void *buf, size_t len)
{
	struct tty *t = to_tty(f);
	size_t done = 0, n;
	int err = 0;

	mutex_lock(&t->lock);
	while (!err && done < len) {
		n = output_room(t);
		if (n > len - done)
			n = len - done;
		if (t->hung_up) {
			err = -EIO;
		} else if (n) {
			ldisc_output(&t->line, (const char *)buf + done, n);
			done += n;
		} else {
			err = f->flags & O_NONBLOCK ? -EAGAIN
						    : cond_wait_until(&t->changed,
							      &t->lock, TIME_FOREVER);
		}
	}
	mutex_unlock(&t->lock);
	return done ? (ssize_t)done : err;
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

/* Requests about the settings; false for any other. */
static bool settings_ioctl(struct tty *t, unsigned long request, void *arg)
{
	switch (request) {
	case TCGETS:
	case REQUEST_GET2:
		*(struct termios *)arg = t->line.set;
		return true;
	case TCSETS:
	case TCSETSW:
	case REQUEST_SET2:
	case REQUEST_SET2 + 1:
		ldisc_set(&t->line, arg, false);
		break;
	case TCSETSF:
	case REQUEST_SET2 + 2:
		ldisc_set(&t->line, arg, true);
		break;
	default:
		return false;
	}
	tell(t, POLLIN | POLLOUT); /* what is readable may have changed */
	return true;
}

static int flow_ioctl(struct tty *t, intptr_t action)
{
	if (action == TCOOFF || action == TCOON) {
		t->line.stopped = action == TCOOFF;
		tell(t, POLLOUT);
		return 0;
	}
	return action == TCIOFF || action == TCION ? 0 : -EINVAL;
}

static int flush_ioctl(struct tty *t, intptr_t queue)
{
	if (queue == TCIFLUSH || queue == TCIOFLUSH) {
		ldisc_flush(&t->line);
		if (t->ops->input_taken)
			t->ops->input_taken(t);
		return 0;
	}
	return queue == TCOFLUSH ? 0 : -EINVAL; /* nothing waits to go out */
}

static int locked_ioctl(struct tty *t, unsigned long request, void *arg)
{
	switch (request) {
	case TIOCGWINSZ:
		*(struct winsize *)arg = t->size;
		return 0;
	case TIOCSWINSZ:
		t->size = *(const struct winsize *)arg;
		return 0;
	case TIOCGPGRP:
		*(int *)arg = t->foreground;
		return 0;
	case TIOCSPGRP:
		t->foreground = *(const int *)arg;
		return 0;
	case FIONREAD:
		*(int *)arg = (int)ldisc_n_ready(&t->line);
		return 0;
	case TIOCOUTQ:
		*(int *)arg = 0;
		return 0;
	case TCFLSH:
		return flush_ioctl(t, (intptr_t)arg);
	case TCXONC:
		return flow_ioctl(t, (intptr_t)arg);
	case TCSBRK: /* there is no line to break, and nothing to drain */
	case TIOCSCTTY:
	case TIOCNOTTY:
		return 0;
	default:
		return settings_ioctl(t, request, arg) ? 0 : -ENOTTY;
	}
}

int tty_ioctl(struct tty *t, unsigned long request, void *arg)
{
	int err, pid;

	mutex_lock(&t->lock);
	err = locked_ioctl(t, request, arg);
	pid = t->foreground;
	mutex_unlock(&t->lock);
	if (request == TIOCSWINSZ)
		signal_foreground(pid, SIGWINCH);
	return err;
}

/* --- open files ----------------------------------------------------------------------------------------------------- */

static int tty_file_ioctl(struct file *f, unsigned long request, void *arg)
{
	return tty_ioctl(to_tty(f), request, arg);
}

static unsigned tty_poll(struct file *f)
{
	struct tty *t = to_tty(f);
	size_t min = t->line.set.c_cc[VTIME] ? 1 : t->line.set.c_cc[VMIN];
	unsigned events = 0;

	mutex_lock(&t->lock);
	if (ldisc_readable(&t->line, min ? min : 1))
		events |= POLLIN | POLLRDNORM;
	if (output_room(t))
		events |= POLLOUT | POLLWRNORM;
	if (t->hung_up)
		events |= POLLIN | POLLHUP | POLLERR;
	mutex_unlock(&t->lock);
	return events;
}

static void tty_close(struct file *f)
{
	struct tty_file *tf = container_of(f, struct tty_file, file);
	struct tty *t = tf->tty;

	mutex_lock(&t->lock);
	list_remove(&tf->link);
	mutex_unlock(&t->lock);
	kfree(tf);
	if (t->ops->closed)
		t->ops->closed(t);
}

static const struct file_ops tty_file_ops = {
	.kind = "terminal",
	.read = tty_read,
	.write = tty_write,
	.ioctl = tty_file_ioctl,
	.poll = tty_poll,
	.close = tty_close,
};

struct file *tty_open(struct tty *t, int flags)
{
	struct tty_file *tf = kzalloc(sizeof(*tf));

	if (!tf)
		return NULL;
	file_init(&tf->file, &tty_file_ops, flags & (O_ACCMODE | O_NONBLOCK));
	tf->tty = t;
	mutex_lock(&t->lock);
	list_append(&t->files, &tf->link);
	mutex_unlock(&t->lock);
	if (t->ops->opened)
		t->ops->opened(t);
	return &tf->file;
}

struct tty *tty_of_file(struct file *f)
{
	return f->ops == &tty_file_ops ? to_tty(f) : NULL;
}
