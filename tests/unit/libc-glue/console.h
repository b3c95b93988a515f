/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test does with the console under the descriptors. */
#ifndef TESTS_UNIT_LIBC_GLUE_CONSOLE_H
#define TESTS_UNIT_LIBC_GLUE_CONSOLE_H

/** Type text. */
void test_console_type(const char *text);

/** What was written since the last call. */
const char *test_console_output(void);

#endif
