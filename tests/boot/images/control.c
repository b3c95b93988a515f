/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waits for what the toolstack and the console bring: repeats each line of input, and
 * prints a flood when asked.
 */
#include <string.h>

#include "kernel/sync.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "xen/console.h"
#include "xen/shutdown.h"
#define LOG_MODULE "control"
#include "kernel/log.h"

#define FLOOD_LINES 2000u

int main(void); /* the program of the image */

static void say_goodbye(void)
{
	log_info("hook ran");
}

/* More than the ring and the backlog hold together. */
static void flood(void)
{
	struct console_stats s;

	for (unsigned i = 0; i < FLOOD_LINES; i++)
		log_info("flood %u", i);
	console_flush(10 * NS_PER_S);
	console_get_stats(&s);
	log_info("flood over, %s", s.bytes_dropped > 0 ? "some dropped" : "all out");
}

static void line_handle(const char *line)
{
	if (strcmp(line, "flood") == 0)
		flood();
	else if (strcmp(line, "panic") == 0)
		panic("asked for on the console");
	else
		log_info("heard: %s", line);
}

/* The terminal ends lines with either character. */
static void input_handle(const char *text, size_t n)
{
	static char line[80];
	static size_t len;

	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\n' && text[i] != '\r') {
			line[len++ % (sizeof(line) - 1)] = text[i];
			continue;
		}
		line[len < sizeof(line) ? len : sizeof(line) - 1] = '\0';
		if (len > 0)
			line_handle(line);
		len = 0;
	}
}

int main(void)
{
	if (shutdown_register_hook(say_goodbye))
		return 1;
	log_info("waiting");
	for (;;) {
		char text[64];

		if (console_wait_input(TIME_FOREVER) == 0)
			input_handle(text, console_read_nowait(text, sizeof(text)));
	}
}
