/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals in /dev: the console, and tty, the terminal of the process's standard input. */
#include <errno.h>
#include <sys/stat.h>

#include "libc-glue/devfs.h"
#include "libc-glue/pty.h"
#include "libc-glue/tty.h"

static int open_terminal(struct tty *t, int flags, struct file **out)
{
	*out = tty_open(t, flags);
	return *out ? 0 : -ENOMEM;
}

static int console_open(const struct device *d, int flags, struct file **out)
{
	(void)d;
	return open_terminal(tty_console(), flags, out);
}

static int tty_device_open(const struct device *d, int flags, struct file **out)
{
	struct file *input = fd_get(0);
	struct tty *t = input ? tty_of_file(input) : NULL;
	int err;

	(void)d;
	err = t ? open_terminal(t, flags, out) : -ENXIO;
	if (input)
		file_put(input);
	return err;
}

static struct device terminals[] = {
	{.name = "console",
		.mode = S_IFCHR | 0600,
		.rdev = DEVICE(5, 1),
		.open = console_open},
	{.name = "tty",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(5, 0),
		.open = tty_device_open},
};

int tty_devices_start(void)
{
	for (size_t i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++)
		device_add(&terminals[i]);
	return 0;
}
