/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Xen's console as a terminal. A thread takes the keys as they come, so that echo and Ctrl-C work while no program
 * reads.
 */
#include <errno.h>
#include <fcntl.h>

#include "kernel/thread.h"
#include "libc-glue/fd.h"
#include "libc-glue/tty.h"
#include "xen/console.h"

static struct tty console;

static void console_output(struct tty *t, const char *text, size_t len)
{
	(void)t;
	console_write_all(text, len);
}

static const struct tty_ops console_ops = {
	.output = console_output,
};

struct tty *tty_console(void)
{
	return &console;
}

/* Keys that no program reads are dropped in the end: nobody could be told. */
static void *take_keys(void *unused)
{
	char keys[64];
	size_t n;

	thread_set_process(thread_self(), NULL); /* it takes no signals of any process */
	for (;;) {
		console_wait_input(TIME_FOREVER);
		n = console_read_nowait(keys, sizeof(keys));
		tty_input(&console, keys, n);
	}
	return unused;
}

/* The first process's standard descriptors mean the terminal from now on. */
static int install(void)
{
	struct file *f = tty_open(&console, O_RDWR);
	int fd, err = 0;

	if (!f)
		return -ENOMEM;
	fd = fd_install(f, 0, false);
	if (fd < 0) {
		file_put(f);
		return fd;
	}
	for (int i = 0; i < 3 && err >= 0; i++)
		err = fd_dup2(fd, i, false);
	fd_close(fd);
	return err < 0 ? err : 0;
}

int tty_console_start(void)
{
	const struct thread_attr attr = {.name = "console", .priority = THREAD_PRIO_XEN};
	struct thread *t;
	int err;

	tty_init(&console, &console_ops, "/dev/console");
	console.line.newline_is_done = true;
	err = install();
	if (err)
		return err;
	t = thread_create(&attr, take_keys, NULL);
	if (!t)
		return -ENOMEM;
	thread_detach(t);
	return 0;
}
