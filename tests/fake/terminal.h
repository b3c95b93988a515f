/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal at the console daemon's other end: it keeps what the domain prints. */
#ifndef TESTS_FAKE_TERMINAL_H
#define TESTS_FAKE_TERMINAL_H

#include "host/console.h"

/** What consoled_start() is given. */
consoled_sink terminal_print;

/** What the domain has printed since the last clear. */
const char *terminal_text(void);
size_t terminal_bytes(void);

/** Signals that the domain has sent since then. */
unsigned terminal_signals(void);

void terminal_clear(void);

#endif
