/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host says, for native tests: kept instead of printed. */
#ifndef TESTS_FAKE_SAID_H
#define TESTS_FAKE_SAID_H

/** The last line that said why something was refused; "" after said_clear(). */
const char *said_refused(void);

/** Lines since then. */
unsigned said_count(void);

void said_clear(void);

#endif
