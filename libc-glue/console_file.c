/* SPDX-License-Identifier: BSD-2-Clause */
/* The console as an open file: what descriptors 0, 1 and 2 stand for. */
#include "libc-glue/console_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "kernel/sync.h"
#include "libc-glue/poll.h"
#include "xen/console.h"

/* Input that was taken from the ring to see whether there is any. */
static struct {
	struct file file;
	struct mutex lock;
	char ahead[64];
	size_t n_ahead;
} console;

static void console_look(void)
{
	if (console.n_ahead == 0)
		console.n_ahead =
			console_read_nowait(console.ahead, sizeof(console.ahead));
}

/* A terminal sends CR for the return key. */
static void console_take(char *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = console.ahead[i] == '\r' ? '\n' : console.ahead[i];
	console.n_ahead -= len;
	memmove(console.ahead, console.ahead + len, console.n_ahead);
}

static ssize_t console_file_read(struct file *f, void *buf, size_t len)
{
	ssize_t n = 0;

	mutex_lock(&console.lock);
	console_look();
	while (len && !console.n_ahead && !(f->flags & O_NONBLOCK)) {
		int err;

		mutex_unlock(&console.lock);
		err = console_wait_input(TIME_FOREVER);
		if (err)
			return err;
		mutex_lock(&console.lock);
		console_look();
	}
	if (len && !console.n_ahead) {
		n = -EAGAIN;
	} else {
		n = (ssize_t)(len < console.n_ahead ? len : console.n_ahead);
		console_take(buf, (size_t)n);
	}
	mutex_unlock(&console.lock);
	return n;
}

static ssize_t console_file_write(struct file *f, const void *buf, size_t len)
{
	(void)f;
	console_write(buf, len);
	return (ssize_t)len;
}

static unsigned console_file_poll(struct file *f)
{
	unsigned events = POLLOUT;

	(void)f;
	mutex_lock(&console.lock);
	console_look();
	if (console.n_ahead)
		events |= POLLIN;
	mutex_unlock(&console.lock);
	return events;
}

static int console_file_ioctl(struct file *f, unsigned long request, void *arg)
{
	(void)f;
	switch (request) {
	case FIONREAD:
		mutex_lock(&console.lock);
		console_look();
		*(int *)arg = (int)console.n_ahead;
		mutex_unlock(&console.lock);
		return 0;
	case TIOCGWINSZ:
		*(struct winsize *)arg = (struct winsize){.ws_row = 25, .ws_col = 80};
		return 0;
	case TCGETS: /* no line discipline: nothing set, and nothing to set */
		memset(arg, 0, sizeof(struct termios));
		return 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return 0;
	default:
		return -ENOTTY;
	}
}

/* It is there as long as the domain. */
static void console_file_close(struct file *f)
{
	f->refs = 1;
}

static const struct file_ops console_file_ops = {
	.kind = "console",
	.read = console_file_read,
	.write = console_file_write,
	.ioctl = console_file_ioctl,
	.poll = console_file_poll,
	.close = console_file_close,
};

static void input_came(void)
{
	file_notify(&console.file, POLLIN);
}

struct file *console_file(void)
{
	if (!console.file.ops) {
		file_init(&console.file, &console_file_ops, O_RDWR);
		mutex_init(&console.lock);
		console_on_input(input_came);
	}
	return file_get(&console.file);
}
