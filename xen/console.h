/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PV console. Output works from the first instruction of C (polling the ring page from
 * start_info); the module start adds the event and input. A full ring never blocks boot:
 * what does not fit is kept in a buffer, and past that counted and dropped with a note.
 * Source: public/io/console.h.
 */
#ifndef XEN_CONSOLE_H
#define XEN_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/sync.h"

/**
 * Queue text for the console; one notification per call. Newlines become CR LF. Context:
 * any.
 */
void console_write(const char *text, size_t len_bytes);

/**
 * The same for programs, which would rather wait than lose text: sleeps while there is no
 * room, unless the daemon has read nothing for a second. Context: thread.
 */
void console_write_all(const char *text, size_t len_bytes);

/** Bytes of input that wait now; 0 = none. Copies at most len_bytes. Context: thread. */
size_t console_read_nowait(char *buf, size_t len_bytes);

/** Sleep until input waits or the deadline. Returns 0 or -ETIMEDOUT. */
int console_wait_input(uint64_t deadline_ns);

/** Called in the upcall when input arrives (for poll); one listener. */
void console_on_input(void (*fn)(void));

/**
 * Push everything out, polling, at most that long: before a panic or shutdown ends the
 * domain.
 */
void console_flush(uint64_t timeout_ns);

struct console_stats {
	uint64_t bytes_out, bytes_dropped, notifications;
};
void console_get_stats(struct console_stats *s);

/**
 * Module entry: take over the log's output, bind the event, listen for input. Returns 0
 * or -errno.
 */
int console_start(void);

#endif
