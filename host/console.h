/* SPDX-License-Identifier: BSD-2-Clause */
/* The console daemon: what the domain prints goes to a function, what is typed to it. */
#ifndef HOST_CONSOLE_H
#define HOST_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Gets bytes in the order in which the domain printed them. */
typedef void consoled_sink(void *arg, const char *text, size_t len_bytes);

/**
 * Serve the console.
 *
 * @page        the domain's page for it, as we see it
 * @guest_port  gets the domain's event channel
 */
void consoled_start(void *page, uint32_t *guest_port, consoled_sink *sink, void *arg);

/** Type: returns how many bytes found room in the ring. */
size_t consoled_type(const char *text, size_t len_bytes);

/** Stop reading, as a slow terminal does, or go on (and read what waits). */
void consoled_pause(bool paused);

/** Go on when it is the peers' turn next. */
void consoled_resume_later(void);

/** Signals that the domain has sent. */
unsigned consoled_signals(void);

/** Write nonsense into an index of the daemon's, for tests. */
void consoled_break_out_cons(uint32_t value);
void consoled_break_in_prod(uint32_t value);

#endif
