/* SPDX-License-Identifier: BSD-2-Clause */
/* The console daemon's model: reads what the domain prints, types what the test wants. */
#ifndef TESTS_FAKE_CONSOLED_H
#define TESTS_FAKE_CONSOLED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Returns the shared page, for boot_info. */
void *consoled_start(uint32_t *guest_port);

/** Stop reading, as a slow terminal does, or go on (and read what waits). */
void consoled_pause(bool paused);

/** Go on when it is the peers' turn next. */
void consoled_resume_later(void);

/** What the domain has printed since the last clear. */
const char *consoled_text(void);
size_t consoled_text_bytes(void);
void consoled_clear(void);

/** Type: returns how many bytes found room in the ring. */
size_t consoled_type(const char *text, size_t len_bytes);

/** Signals that the domain has sent since the last clear. */
unsigned consoled_signals(void);

/** Write nonsense into an index of the daemon's. */
void consoled_break_out_cons(uint32_t value);
void consoled_break_in_prod(uint32_t value);

#endif
