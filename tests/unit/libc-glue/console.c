/* SPDX-License-Identifier: BSD-2-Clause */
/* A console for tests of the layers above: what is written is kept, input is typed by the test. */
#include "tests/unit/libc-glue/console.h"

#include <string.h>

#include "kernel/irq.h"
#include "xen/console.h"

static struct waitq typed;
static bool typed_ready;
static char output[4096], input[256];
static size_t n_output, n_input;
static void (*listener)(void);

void console_write(const char *text, size_t len_bytes)
{
	if (len_bytes > sizeof(output) - 1 - n_output)
		len_bytes = sizeof(output) - 1 - n_output;
	memcpy(output + n_output, text, len_bytes);
	n_output += len_bytes;
}

void console_write_all(const char *text, size_t len_bytes)
{
	console_write(text, len_bytes);
}

size_t console_read_nowait(char *buf, size_t len_bytes)
{
	size_t n = len_bytes < n_input ? len_bytes : n_input;

	memcpy(buf, input, n);
	n_input -= n;
	memmove(input, input + n, n_input);
	return n;
}

static void set_up(void)
{
	if (!typed_ready)
		waitq_init(&typed);
	typed_ready = true;
}

int console_wait_input(uint64_t deadline_ns)
{
	unsigned long flags = irq_save();
	int err = 0;

	set_up();
	while (!n_input && !err)
		err = waitq_sleep(&typed, deadline_ns);
	irq_restore(flags);
	return err;
}

void console_on_input(void (*fn)(void))
{
	listener = fn;
}

void test_console_type(const char *text)
{
	n_input += strlen(text);
	memcpy(input + n_input - strlen(text), text, strlen(text));
	set_up();
	waitq_wake_all(&typed);
	if (listener)
		listener();
}

const char *test_console_output(void)
{
	output[n_output] = '\0';
	n_output = 0;
	return output;
}
