/* SPDX-License-Identifier: BSD-2-Clause */
/* Global in each command, and not known outside of it. */
#ifndef DOMIK_TEST_SAME_NAMES_H
#define DOMIK_TEST_SAME_NAMES_H

extern int same_name;
int next_result(void);

#endif
